import { Argument, Command, type Option } from 'commander';
import { bashScript, zshScript, type Words } from './completion-scripts.js';

/**
 * `completion SHELL`: a script that completes commands, options and their values at the tab key, and files everywhere else.
 *
 * @param build the command line that it completes
 */
export function completionCommand(build: () => Command): Command {
  return new Command('completion')
    .description('print a script that completes commands and options at the tab key')
    .addArgument(new Argument('<shell>', 'bash or zsh').choices(['bash', 'zsh']))
    .addHelpText(
      'after',
      `
bash: echo 'source <(safe-augment completion bash)' >> ~/.bashrc
zsh:  echo 'source <(safe-augment completion zsh)' >> ~/.zshrc   (below compinit)`,
    )
    .action(async (shell: 'bash' | 'zsh') => {
      const root = build();
      const { knownNames } = await import('../../config/index.js');
      const words = wordsOf(root, knownNames);
      console.log((shell === 'bash' ? bashScript : zshScript)(root.name(), words));
    });
}

function wordsOf(root: Command, known: Readonly<Record<string, readonly string[]>>): Words[] {
  const help = root.createHelp();
  return help.visibleCommands(root).map((command) => ({
    name: command.name(),
    description: command.description(),
    options: help.visibleOptions(command).map((option) => ({
      name: nameOf(option),
      description: option.description,
      takesValue: option.required || option.optional,
      values: option.argChoices ?? known[nameOf(option)] ?? [],
    })),
    arguments: command.registeredArguments.map(({ argChoices }) => argChoices ?? []),
  }));
}

const nameOf = ({ long, short }: Option): string => long ?? short ?? '';
