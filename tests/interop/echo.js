'use strict';
// Sends back what it gets, handles too, until the channel closes. A server is
// kept and accepts; a socket gets a greeting first.
const net = require('net');
process.on('message', (message, handle) => {
  if (message && message.op === 'listen') {
    const server = net.createServer((socket) => {
      process.send({ op: 'accepted' }, socket);
    });
    server.listen(0, '127.0.0.1', () => {
      process.send({ op: 'listening', port: server.address().port });
    });
    process.on('message', ({ op }) => {
      if (op === 'close') server.close(() => process.send({ op: 'closed' }));
    });
    return;
  }
  if (message && message.op === 'close') return;
  if (handle instanceof net.Socket) {
    handle.end('from node');
    process.send({ kind: 'socket', message });
  } else if (handle instanceof net.Server) {
    handle.close();
    process.send({ kind: 'server', message });
  } else if (handle) {
    handle.close();
    process.send({ kind: handle.constructor.name, message });
  } else {
    process.send(message);
  }
});
