/** A controller that has not been aborted. Give it back when nothing works with its signal any more. */
export function takeController(): AbortController {
  return new AbortController();
}

/** Lets go of a controller: whether somebody still listens to its signal is not known here. */
export function giveBackController(_controller: AbortController): void {}
