import { element } from '../dom.ts';
import type { Source } from '../engine/messages.ts';
import { canPickFolder, pickFolder } from '../files/pick-folder.ts';
import { takeInput } from '../files/take-files.ts';
import { button, frame } from './frame.ts';

/** Waits for files: dropped, or chosen by a button. */
export function startScreen(onTake: (take: (signal: AbortSignal) => Promise<Source | undefined>) => void): HTMLElement {
  const folderInput = fileInput(true);
  const fileInputElement = fileInput(false);
  const askForFolder = canPickFolder() ? () => onTake(pickFolder) : () => folderInput.click();
  return frame(
    'Look at a backtest export',
    'The report of an export of Amazon Forecast’s CreatePredictorBacktestExportJob: how good the predictor is, where it fails, and whether the export can be trusted.',
    element(
      'section',
      { class: 'drop', 'aria-labelledby': 'drop-title' },
      element('h2', { id: 'drop-title' }, 'Drop a folder or a zip file here'),
      element(
        'p',
        {},
        'A folder with one export or several, as it lies in the bucket: with forecasted-values and accuracy-metrics-values in it.',
      ),
      element(
        'p',
        { class: 'buttons' },
        button('Choose a folder', askForFolder, 'main'),
        button('Choose a zip file, or part files', () => fileInputElement.click()),
      ),
      folderInput,
      fileInputElement,
    ),
  );

  function fileInput(folder: boolean): HTMLInputElement {
    const input = element('input', {
      type: 'file',
      hidden: true,
      multiple: true,
      webkitdirectory: folder,
      'aria-label': folder ? 'Folder' : 'Zip file, or part files',
      onchange: () => {
        const { files } = input;
        if (files !== null && files.length > 0) onTake(async () => takeInput(files));
      },
    });
    return input;
  }
}
