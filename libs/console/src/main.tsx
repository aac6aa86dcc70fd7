import { render } from 'preact';
import { Entry } from './shell/entry';
import { followKeyboard } from './shell/keyboard';
import { followNavigation } from './shell/navigation';
import { followTheme } from './shell/theme';
import { readToken } from './state/session';
import { prepareSharedStream } from './state/shared-stream';

// First of all, so that the token is not in the address for longer than it takes to read it.
readToken();
prepareSharedStream();
followTheme();
followNavigation();
followKeyboard();
const app = document.getElementById('app');
if (app !== null) render(<Entry />, app);
