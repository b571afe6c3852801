import { expect, it } from 'vitest';
import { commandSpecs } from '#src/cli/arguments/command-specs.js';
import { formatReference } from '#src/cli/print/command-reference.js';

it('docs/command.md is written from the tables that the parser uses', async () => {
  await expect(formatReference(commandSpecs)).toMatchFileSnapshot('../../docs/command.md');
});
