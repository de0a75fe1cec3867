'use strict';
// Does with each handle that comes what its message says; take_handles.py is the
// same in Python.
const fs = require('node:fs');
const net = require('node:net');
const dgram = require('node:dgram');

const held = [];
const closed = (handle) => new Promise((done) => handle.close(done));
const ops = {
  greet: ({ n }, socket) => socket.end(`hello ${n}`),
  hold: (_, socket) => held.push(socket),
  release: () => held.splice(0).forEach((socket) => socket.end('released')),
  serve(_, server) {
    server.on('connection', (socket) => socket.end('child'));
    held.push(server);
    process.send({ op: 'serving' });
  },
  datagrams(_, udp) {
    udp.on('message', (data, { port, address }) =>
      udp.send(`child got ${data}`, port, address));
    held.push(udp);
    process.send({ op: 'serving' });
  },
  async stop() {
    await Promise.all(held.splice(0).map(closed));
    process.send({ op: 'stopped' });
  },
  fds: () => process.send(fs.readdirSync('/proc/self/fd').length),
  ping: ({ n }) => process.send({ op: 'pong', n }),
  // What comes from here.
  accepted({ n }) {
    const server = net.createServer((socket) => {
      process.send({ op: 'given' }, socket);
      if (--n === 0) process.send({ op: 'all' });
    });
    held.push(server);
    server.listen(0, '127.0.0.1', () => process.send(server.address()));
  },
  count: () => held[0].getConnections((_, n) => process.send({ op: 'count', n })),
  server({ path }) {
    const server = net.createServer((socket) => socket.end('child'));
    held.push(server);
    server.listen(path ?? { port: 0, host: '127.0.0.1' }, () =>
      process.send({ op: 'given', address: server.address() }, server));
  },
  udp() {
    const udp = dgram.createSocket('udp4');
    udp.bind(0, '127.0.0.1', () => {
      process.send({ op: 'given', address: udp.address() }, udp, () => udp.close());
    });
  },
  connect({ path }) {
    const socket = net.connect(path, () => process.send({ op: 'given' }, socket));
  },
};
process.on('message', (message, handle) => ops[message.op](message, handle));
