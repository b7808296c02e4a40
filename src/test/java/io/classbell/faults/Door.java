package io.classbell.faults;

/** Where clients ask: a node, whoever started it. */
interface Door {
  String name();

  /** Without a path. */
  String url();
}
