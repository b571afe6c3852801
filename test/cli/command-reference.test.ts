import { expect, it } from 'vitest';
import { commandSpecs } from '#src/cli/commands.js';
import { formatReference } from '#src/cli/command-reference.js';

it('docs/command.md is written from the tables that the parser uses', async () => {
  await expect(formatReference(commandSpecs)).toMatchFileSnapshot('../../docs/command.md');
});
