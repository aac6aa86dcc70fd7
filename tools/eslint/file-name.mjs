import { basename } from 'node:path';

const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)*$/;
const catchAll = /^(?:utils?|helpers?|types|common|misc|shared)\./;

/** Files are kebab-case and named after one noun: a catch-all file collects what belongs elsewhere. */
export const fileName = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      kebab: '{{name}}: file names are kebab-case.',
      catchAll: '{{name}}: name the file after the one thing in it.',
    },
  },
  create: (context) => ({
    Program(node) {
      const name = basename(context.filename);
      if (!kebabCase.test(name)) context.report({ node, messageId: 'kebab', data: { name } });
      if (catchAll.test(name)) context.report({ node, messageId: 'catchAll', data: { name } });
    },
  }),
};
