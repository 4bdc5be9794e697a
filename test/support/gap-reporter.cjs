/** Jest loads reporters without a transform: this loads the TypeScript one. */
module.exports = require('tsx/cjs/api').require('./gap-reporter.ts', __filename).GapReporter;
