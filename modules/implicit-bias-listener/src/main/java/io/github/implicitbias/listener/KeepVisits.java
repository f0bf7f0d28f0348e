package io.github.implicitbias.listener;

/** When the visits of the samples are kept. */
enum KeepVisits {
  ALWAYS,

  /** Of a training of which every record sees each sample anyway, they are not kept. */
  UNLESS_IN_PLACE,

  NEVER
}
