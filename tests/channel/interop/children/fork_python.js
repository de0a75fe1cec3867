'use strict';
// Forks the Python program argv[2] with the options argv[3], does with it what
// argv[4] says, and prints what happened, in order.
const { fork } = require('node:child_process');

const [, , script, options, what] = process.argv;
const child = fork(script, ['one', 'two words'], JSON.parse(options));
const happened = [];
const note = (...facts) => happened.push(facts);

for (const event of ['exit', 'close']) child.on(event, (...args) => note(event, ...args));
for (const event of ['spawn', 'disconnect']) {
  child.on(event, () => note(event, child.connected));
}
child.on('error', (error) => note('error', error.code));
child.on('message', (message) => {
  note('message', message);
  acts[what]?.(message);
});
for (const name of ['stdout', 'stderr']) {
  let text = '';
  child[name]?.on('data', (data) => { text += data; });
  child[name]?.on('end', () => note(name, text));
}
const acts = {
  disconnect: () => child.disconnect(),
  kill: () => note('killed', child.kill()),
  exit: (message) => message === 'ready' && child.send('exit'),
  gone: (message) => message === 'ready' && child.send('gone'),
  stdin: (message) => message === 'ready' && (child.send('read'), child.stdin.end('to stdin')),
};
process.on('exit', () => console.log(JSON.stringify(happened)));
