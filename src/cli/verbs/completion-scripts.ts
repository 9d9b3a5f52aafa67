/** A command as its completion needs it. */
export interface Words {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** Of each argument its choices; none: files. */
  readonly arguments: readonly (readonly string[])[];
}

export interface OptionWords {
  /** With its dashes. */
  readonly name: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** None: files, where it takes a value. */
  readonly values: readonly string[];
}

/**
 * A script for bash: a function for `complete -F` that needs nothing but bash. Where it offers nothing, bash completes
 * files (`-o default`).
 */
export function bashScript(program: string, commands: readonly Words[]): string {
  const call = functionName(program);
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap((option) =>
      option.values.length === 0
        ? []
        : [`    '${name} ${option.name}') words='${option.values.join(' ')}' ;;`],
    ),
  );
  const files = commands.flatMap(({ name, options }) => {
    const own = options.filter(({ takesValue, values: some }) => takesValue && some.length === 0);
    return own.length === 0
      ? []
      : [`    ${own.map((option) => `'${name} ${option.name}'`).join('|')}) return ;;`];
  });
  const options = commands.map(({ name, options: own, arguments: places }) => {
    const choices = places.flat();
    const plain = choices.length === 0 ? '' : ` plain='${choices.join(' ')}'`;
    return `      ${name}) words='${own.map((option) => option.name).join(' ')}'${plain} ;;`;
  });
  return `# Completions of ${program} for bash.
${call}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}" words='' plain=''
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$cur"))
    return
  fi
  case "\${COMP_WORDS[1]} $prev" in
${[...values, ...files].join('\n')}
  esac
  if [[ -z $words ]]; then
    case "\${COMP_WORDS[1]}" in
${options.join('\n')}
    esac
    [[ $cur == -* ]] || words=$plain
  fi
  [[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -o bashdefault -F ${call} ${program}`;
}

/** A script for zsh: a function for `compdef`, by zsh's own \`_arguments\` and \`_files\`. */
export function zshScript(program: string, commands: readonly Words[]): string {
  const call = functionName(program);
  const described = commands.map(
    ({ name, description }) => `    ${quoted(`${name}:${description.replaceAll(':', '\\:')}`)}`,
  );
  const cases = commands.map(({ name, options, arguments: places }) => {
    const specs = options.map(({ name: own, description, takesValue, values }) => {
      const action = values.length === 0 ? '_files' : `(${values.join(' ')})`;
      return quoted(`${own}[${escaped(description)}]${takesValue ? `:value:${action}` : ''}`);
    });
    const choices = places.flat();
    const rest = quoted(`*:file:${choices.length === 0 ? '_files' : `(${choices.join(' ')})`}`);
    return `    ${name}) _arguments ${[...specs, rest].join(' ')} ;;`;
  });
  return `#compdef ${program}
# Completions of ${program} for zsh.
${call}() {
  local -a commands=(
${described.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${cases.join('\n')}
    *) _files ;;
  esac
}
compdef ${call} ${program}`;
}

const functionName = (program: string): string => `_${program.replace(/\W/g, '_')}`;

/** A word in single quotes, which a shell takes as it is. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A description within the brackets of an \`_arguments\` specification. */
const escaped = (text: string): string => text.replace(/[\\[\]:]/g, (sign) => `\\${sign}`);
