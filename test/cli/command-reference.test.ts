import { expect, it } from 'vitest';
import { commands } from '#src/cli/command-table.js';
import { formatReference } from '../support/command-reference.ts';

it('docs/command.md is written from the tables that the parser uses', async () => {
  await expect(formatReference(commands)).toMatchFileSnapshot('../../docs/command.md');
});
