package io.github.implicitbias.core.action;

import io.github.implicitbias.run.Record;
import java.util.List;

/** What a trigger says of the records of one run, one after the other. */
abstract class Judge {

  /** True if it holds at the record judged last. */
  boolean holds;

  /** True if it began to hold there. */
  boolean began;

  /** Where it happened, -1 for none. */
  int layer = -1;

  int unit = -1;
  int sample = -1;

  /** Looks at the next record. Allocates nothing while nothing begins. */
  abstract void judge(Record record);

  /** Adds what was seen, where it holds. */
  abstract void tell(List<String> into);

  /** Adds those that make up this one, which have a place. */
  Judge place() {
    return this;
  }

  final void became(boolean now) {
    began = now && !holds;
    holds = now;
  }
}
