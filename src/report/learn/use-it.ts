import { basename, resolve } from 'node:path';
import {
  exportPolicyAs,
  isEmptyPolicy,
  policyFormatNames,
  policyFormats,
  type ExportablePolicy,
  type PolicyFormatName,
} from '../../augment/index.js';
import type { LearnedPolicy } from '../../config/index.js';
import { shellWord } from '../../core/index.js';
import {
  exportablePolicy,
  learnedSetsIn,
  type Manifest,
  type PolicyFile,
} from '../../run/files/index.js';
import { commandLine } from '../elements.js';
import { markup, nothing, raw, type Markup } from '../html.js';

/** Which set is shown: the first of these that has content. */
const preferred: readonly LearnedPolicy[] = ['recommended', 'keep-v2', 'safe-v2'];

/** The policy in the words of every tool, each with a button that copies it; nothing where the run has no policy. */
export function useIt({
  run,
  manifest,
  policy: file,
}: {
  readonly run: string;
  readonly manifest: Manifest;
  readonly policy?: PolicyFile;
}): Markup {
  if (file === undefined) return nothing;
  const known = learnedSetsIn(file);
  const choices = preferred
    .filter((set) => known.includes(set))
    .map((set) => ({ set, exported: exportablePolicy(file, set, run, manifest) }));
  const full = choices.find(({ exported }) => !isEmptyPolicy(exported.policy));
  const { set, exported } = full ?? choices[choices.length - 1];
  const formats = policyFormatNames.filter(
    (name) => full !== undefined || policyFormats[name].sayingNothing,
  );
  const command = `safe-augment export ${shellWord(basename(resolve(run)))} --format NAME --set ${set} --out FILE`;
  const intro =
    full === undefined
      ? markup`<p>No augmentation is in the policy: train without any. These files switch off what a tool does by default.</p>`
      : markup`<p>The set <strong>${set}</strong> for the tool that you train with. The head of each file says what the tool does only nearly or cannot do. ${commandLine(command)} writes it too.</p>`;
  return markup`${intro}${formats.map((name) => snippet(name, exported))}${raw(`<script>${copyScript}</script>`)}`;
}

function snippet(name: PolicyFormatName, exported: ExportablePolicy): Markup {
  const { title, file, content } = policyFormats[name];
  const id = `use-${name}`;
  const { text } = exportPolicyAs(name, exported);
  return markup`<details><summary>${title}: ${file} (${content})</summary><p><button type="button" class="copy" data-of="${id}" aria-label="Copy the file for ${title}" hidden>Copy</button><span role="status"></span></p><pre id="${id}" tabindex="0" role="region" aria-label="The file for ${title}">${text}</pre></details>`;
}

/** Shows the buttons and copies; where the browser forbids that, the text is selected for copying by hand. The report's only script. */
export const copyScript = `
for (const button of document.querySelectorAll('button.copy')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.of);
    const status = button.nextElementSibling;
    let copied = false;
    try {
      await navigator.clipboard.writeText(text.textContent);
      copied = true;
    } catch {
      getSelection().selectAllChildren(text);
      copied = document.execCommand('copy');
    }
    status.textContent = copied ? 'Copied' : 'Selected: press Ctrl+C or Command+C';
  });
}
`;
