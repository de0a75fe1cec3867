'use strict';
// Gives work to a child in messages; the child is worker.js, or worker.py.
// Run: `node parent.js` or `node parent.js worker.py`.
const { fork } = require('node:child_process');
const path = require('node:path');

const worker = path.join(__dirname, process.argv[2] ?? 'worker.js');
// Any Python that has the package; `python3` if nothing else is said.
const python = { execPath: process.env.PYTHON ?? 'python3' };
const child = fork(worker, [], worker.endsWith('.py') ? python : {});

child.on('message', (message) => {
  console.log('the child says:', message.data.result);
  child.send({ cmd: 'exit' });
});
child.on('exit', (code) => console.log('the child has ended with', code));
child.send({ cmd: 'process', data: { id: 42, payload: 'analyze this' } });
