'use strict';
// What the expressions that javascript.py writes call.

// An array as JSON.parse makes one that holds not only numbers.
globalThis.A = (...items) => items;
globalThis.P = (array, properties) => Object.assign(array, properties);
globalThis.E = (kind, message, stack, cause) => {
  const error = message === undefined ? new kind() : new kind(message);
  error.stack = stack;
  if (cause.length) error.cause = cause[0];
  return error;
};
exports.evaluated = ({ source, json }) =>
  json === undefined ? (0, eval)(`(${source})`) : JSON.parse(json);
