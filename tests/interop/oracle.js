'use strict';
// Asked by test_node_wire.py: what are Node's bytes for a value, and what does
// Node make of ours? Cases come as JSON on stdin; the answers go to stdout.
const v8 = require('v8');
const { isDeepStrictEqual } = require('util');
const { evaluated } = require('./literals.js');

// As lib/internal/child_process/serialization.js has them.
class Serializer extends v8.DefaultSerializer {
  _writeHostObject(object) {
    if (ArrayBuffer.isView(object)) {
      this.writeUint32(0);
      return super._writeHostObject(object);
    }
    this.writeUint32(1);
    this.writeValue({ ...object });
  }
}
class Deserializer extends v8.DefaultDeserializer {
  _readHostObject() {
    return this.readUint32() === 0 ? super._readHostObject() : this.readValue();
  }
}

function serialize(value) {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}
function deserialize(bytes) {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

let text = '';
process.stdin.on('data', (chunk) => { text += chunk; });
process.stdin.on('end', () => {
  const answers = JSON.parse(text).map(({ source, json, ours }) => {
    const value = evaluated({ source, json });
    const theirs = serialize(value).toString('hex');
    let equal = false;
    let error = null;
    try {
      equal = isDeepStrictEqual(deserialize(Buffer.from(ours, 'hex')), value);
    } catch (e) {
      error = e.message;
    }
    return { theirs, equal, error };
  });
  process.stdout.write(JSON.stringify(answers));
});
