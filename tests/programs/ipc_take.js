// Do what each message says with the socket that comes with it.
const waiting = [];
const say = (words, handle) => handle.end(words, () => process.send('said'));
process.on('message', (message, handle) => {
  if (message === 'go on') {
    say(...waiting.pop());
  } else if (message.later) {
    waiting.push([message.later, handle]);
  } else if (message.say) {
    say(message.say, handle);
  } else if (message.serve) {
    handle.on('connection', (connection) => connection.end(message.serve));
    process.send('serving');
  } else {
    handle.on('message', (data) => process.send(data.toString()));
    process.send('receiving');
  }
});
