// A forked child that sends back what it gets.
'use strict';

process.on('message', (message) => process.send(message));
