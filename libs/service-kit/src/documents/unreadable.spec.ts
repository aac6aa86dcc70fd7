import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { whyUnreadable } from './unreadable';

const whyNot = (path: string) => {
  try {
    readFileSync(path);
    return undefined;
  } catch (error) {
    return whyUnreadable(error);
  }
};

describe('whyUnreadable', () => {
  it.each([
    [join(__dirname, 'nothing'), 'there is no such file'],
    [join(__filename, 'nothing'), 'there is no such file'],
    [__dirname, 'it is a folder and not a file'],
  ])('of %s says that %s', (path, why) => expect(whyNot(path)).toBe(why));

  it('says what else there is to say', () => {
    expect(whyUnreadable(new Error('larger than 5 bytes'))).toBe('larger than 5 bytes');
  });
});
