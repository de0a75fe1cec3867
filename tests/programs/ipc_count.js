// Send how many characters came, once "end" came; then end.
let count = 0;
process.on('message', (message) => {
  if (message !== 'end') count += message.length;
  else process.send(count, () => process.disconnect());
});
