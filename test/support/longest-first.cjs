/** Jest loads a sequencer without a transform: this loads the TypeScript one. */
module.exports = require('tsx/cjs/api').require('./longest-first.ts', __filename).LongestFirst;
