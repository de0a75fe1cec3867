'use strict';
// Sends back what it gets, and whether it is what the file in argv[2] says.
const { readFileSync } = require('node:fs');
const { isDeepStrictEqual } = require('node:util');
const { evaluated } = require('../../../interop/literals.js');

const expected = JSON.parse(readFileSync(process.argv[2], 'utf8')).map(evaluated);
let count = 0;
process.on('message', ([value]) => {
  process.send([value, isDeepStrictEqual(value, expected[count++])]);
});
