'use strict';
// Forks the Python child argv[2] with the options argv[3], sends it the values
// of the file argv[4], and prints what became of them.
const { fork } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { isDeepStrictEqual } = require('node:util');
const { evaluated } = require('../../../interop/literals.js');

const [, , script, options, cases, ...args] = process.argv;
const sent = JSON.parse(readFileSync(cases, 'utf8')).map(evaluated);
const changed = [];
const unlike = [];
let count = 0;
const child = fork(script, args, JSON.parse(options));
child.on('message', ([value, asExpected]) => {
  if (!isDeepStrictEqual(value, sent[count])) changed.push(count);
  if (!asExpected) unlike.push(count);
  if (++count === sent.length) child.disconnect();
});
child.on('exit', (code, signal) => {
  console.log(JSON.stringify({ count, changed, unlike, code, signal }));
});
for (const value of sent) child.send([value]);
