/** Browsers do not tell how much large buffers take, nor can they be made to collect them. */
export function collectEarly(): void {}
