'use strict';
// Forks three Python children argv[2] with the options argv[3], hands them
// sockets of all kinds, takes some of theirs, and prints what came of it.
const fs = require('node:fs');
const net = require('node:net');
const dgram = require('node:dgram');
const path = require('node:path');
const { once } = require('node:events');
const { fork } = require('node:child_process');

const [, , script, options, folder] = process.argv;
const fds = () => fs.readdirSync('/proc/self/fd').length;

const reading = async (socket) => {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
};
const said = async (address) => reading(net.connect(address));
const listening = (server, address) =>
  new Promise((done) => server.listen(address, () => done(server)));
const closed = (handle) => new Promise((done) => handle.close(() => done('closed')));
const LOCAL = { port: 0, host: '127.0.0.1' };

const children = [1, 2, 3].map(() => fork(script, [], JSON.parse(options)));
const answer = async (child, op, handle) => {
  child.send({ op }, handle);
  const [message, back] = await once(child, 'message');
  return back === undefined ? message : [message, back];
};

// A host of its own, since Node asks children only about the first server of
// a key, and the key is the address that was asked for.
async function twelve(host) {
  const server = net.createServer();
  await listening(server, { port: 0, host });
  const clients = [];
  for (let n = 0; n < 12; n++) {
    const accepted = once(server, 'connection');
    clients.push(said({ host, port: server.address().port }));
    children[n % 3].send({ op: 'hold' }, (await accepted)[0]);
  }
  await Promise.all(children.map((child) => answer(child, 'fds')));
  const count = await new Promise((done) => server.getConnections((_, n) => done(n)));
  const closing = closed(server);
  for (const child of children) child.send({ op: 'release' });
  return { count, said: await Promise.all(clients), server: await closing };
}

async function shared(address) {
  const server = net.createServer((socket) => socket.end('parent'));
  await listening(server, address);
  const [child] = children;
  await answer(child, 'serve', server);
  child.kill('SIGSTOP');
  const ours = await said(server.address());
  child.kill('SIGCONT');
  let to = server.address();
  if (typeof to === 'string') {
    fs.renameSync(to, `${to}-moved`); // Node unlinks the path of what it closes
    to = `${to}-moved`;
  }
  const closing = closed(server); // ours: the child's copy goes on
  const theirs = await said(to);
  await answer(child, 'stop');
  return [ours, theirs, await closing];
}

async function datagrams() {
  const udp = dgram.createSocket('udp4').bind(LOCAL.port, LOCAL.host);
  await once(udp, 'listening');
  const client = dgram.createSocket('udp4').bind(LOCAL.port, LOCAL.host);
  await once(client, 'listening');
  await answer(children[1], 'datagrams', udp);
  const { port } = udp.address();
  await closed(udp); // ours would read as well
  client.send('hi', port, LOCAL.host);
  const [data] = await once(client, 'message');
  await answer(children[1], 'stop');
  client.close();
  return String(data);
}

async function kept() {
  const server = net.createServer();
  await listening(server, LOCAL);
  const accepted = once(server, 'connection');
  const client = reading(net.connect(server.address()));
  const [socket] = await accepted;
  children[2].send({ op: 'hold' }, socket, { keepOpen: true });
  await answer(children[2], 'fds');
  socket.write('kept, ');
  socket.destroy(); // no shutdown: the child goes on
  await once(socket, 'close');
  children[2].send({ op: 'release' });
  const text = await client;
  return [text, await closed(server)];
}

async function theirServer() {
  const [message, server] = await answer(children[0], 'server');
  server.on('connection', (socket) => socket.end('parent'));
  children[0].kill('SIGSTOP');
  const ours = await said({ port: message.address.port, host: LOCAL.host });
  children[0].kill('SIGCONT');
  await closed(server);
  const theirs = await said({ port: message.address.port, host: LOCAL.host });
  await answer(children[0], 'stop');
  return [ours, theirs];
}

async function theirDatagrams() {
  const [message, udp] = await answer(children[0], 'udp');
  const client = dgram.createSocket('udp4');
  client.send('hi', message.address.port, LOCAL.host);
  const [data] = await once(udp, 'message');
  client.close();
  udp.close();
  return String(data);
}

async function theirConnection() {
  const server = net.createServer((socket) => {
    socket.pipe(socket);
  });
  await listening(server, LOCAL);
  const [child] = children;
  child.send({ op: 'connect', path: server.address().port });
  const [, socket] = await once(child, 'message');
  socket.end('echo');
  return [await reading(socket), await closed(server)];
}

(async () => {
  const children_fds = () => Promise.all(children.map((child) => answer(child, 'fds')));
  const scenarios = {
    twelve: () => twelve('127.0.0.2'), theirServer, datagrams, kept, theirDatagrams, theirConnection,
    shared: () => shared(LOCAL),
    unix: () => shared(path.join(folder, 's')),
  };
  await twelve('127.0.0.3'); // what lasts has come to be
  await theirServer();
  const before = [fds(), ...await children_fds()];
  const report = {};
  for (const name of Object.keys(scenarios)) report[name] = await scenarios[name]();
  report.fds = [before, [fds(), ...await children_fds()]];
  // "exit": Node's "close" does not come after disconnect().
  const ends = children.map((child) => once(child, 'exit'));
  for (const child of children) child.disconnect();
  report.ends = await Promise.all(ends);
  console.log(JSON.stringify(report));
})();
