export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export function isShell(text: string): text is Shell {
  return SHELLS.some((shell) => shell === text);
}

/** What a shell has to run once, so that Tab asks `rollcall __complete`. */
export function shellScript(shell: Shell): string {
  return SCRIPTS[shell];
}

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: [
    '_rollcall() {',
    '  local line',
    '  COMPREPLY=()',
    '  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(',
    '    rollcall __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null',
    '  )',
    '}',
    'complete -o default -F _rollcall rollcall',
  ].join('\n'),
  zsh: [
    '_rollcall() {',
    '  local -a found',
    '  found=("${(@f)$(rollcall __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")',
    '  compadd -a found',
    '}',
    'compdef _rollcall rollcall',
  ].join('\n'),
  fish: "complete -c rollcall -f -a '(rollcall __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'",
};
