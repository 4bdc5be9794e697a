'use strict';
// Runs before every npm script, on any Node: so old syntax only, and no dependency.

var OLDEST = 20;

/** A line that says what is wrong with this version of Node, or an empty string. */
function explain(version) {
  var major = parseInt(String(version).replace(/^v/, ''), 10);
  if (major >= OLDEST) return '';
  return 'Stillpoint needs Node ' + OLDEST + ' or later; this is Node ' + version + '. See https://nodejs.org.';
}

module.exports = { explain: explain };

if (require.main === module) {
  var problem = explain(process.version);
  if (problem) {
    console.error(problem);
    process.exit(1);
  }
}
