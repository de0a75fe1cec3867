'use strict';
// A worker for parent.js and parent.py: upper-cases what it is given.
process.on('message', ({ cmd, data }) => {
  if (cmd === 'process') {
    const result = data.payload.toUpperCase();
    process.send({ cmd: 'done', data: { id: data.id, result } });
  } else if (cmd === 'exit') {
    process.disconnect();
  }
});
