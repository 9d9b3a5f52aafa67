import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable, printableLines, UserError } from '../../src/core/index.js';

test('what a terminal would obey is escaped, everything else stays', () => {
  assert.equal(printable('Ärger 猫.png'), 'Ärger 猫.png');
  assert.equal(printable('a\x1b[2Jb\nc\td\x7f'), 'a\\x1b[2Jb\\nc\\td\\x7f');
  assert.equal(printable('gpj.\u202egnp\u009b'), 'gpj.\\u202egnp\\x9b');
  assert.equal(printableLines('a\x07\nb\r'), 'a\\x07\nb\\r');
});

test('an error shows names of files in one harmless line', () => {
  const { message } = new UserError('X', 'Broken: \x1b[31m.', {
    where: 'cat/\n  remedy:   rm -rf',
    got: '\x1b]0;title\x07',
  });
  assert.equal(
    message,
    'Broken: \\x1b[31m.\n  where:    cat/\\n  remedy:   rm -rf\n  got:      \\x1b]0;title\\x07',
  );
});
