// Send back each message; end when the channel closes.
process.on('message', (message) => process.send(message));
