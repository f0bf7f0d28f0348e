package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.visit.VisitColumns;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Recorder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is given up when memory runs out, one thing after the other: metrics and predictions that
 * keep arrays, values per sample and per unit, the parameters of the first record and of the step
 * before, the patterns of the samples at their last visits, older records of the run in memory if
 * they are much. Loss, patterns, flips and the norm of the parameters stay. Each time one sentence
 * says what is gone.
 *
 * <p>Where no memory is left nothing can be done that needs some. So a spare piece of memory is
 * freed before anything else, what is given up is freed before anything is said of it, and what
 * cannot be said for want of memory is said at the next record.
 */
final class Relief {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  /** Copies of a pattern: present, before, first, ever on, boundary, in a block, in memory. */
  private static final double PATTERNS = 7;

  /** One thing that can be given up. */
  private static final class Step {
    final Runnable free;
    final Supplier<String> words;

    Step(Runnable free, Supplier<String> words) {
      this.free = free;
      this.words = words;
    }
  }

  private final Deque<Step> steps = new ArrayDeque<>();
  private final Deque<Step> unsaid = new ArrayDeque<>();
  private final Observation observation;
  private final Allowance allowance;
  private final ParameterNorms norms;
  private final FailureLog failures;
  private final RunFacts facts;
  private byte @Nullable [] spare = Heap.spare();

  /**
   * Makes the order in which a run gives up.
   *
   * @param allowance knows the instruments and what they keep
   * @param shared what several of them have in common
   * @param rows the values per sample and per unit
   * @param norms what is kept of the parameters
   * @param visits the columns of the visits; null without visits
   * @param facts are told what is absent from now on
   */
  Relief(
      Observation observation,
      Allowance allowance,
      SharedResults shared,
      RowRunner rows,
      ParameterNorms norms,
      @Nullable VisitColumns visits,
      List<Recorder> recorders,
      FailureLog failures,
      RunFacts facts) {
    this.observation = observation;
    this.allowance = allowance;
    this.norms = norms;
    this.failures = failures;
    this.facts = facts;
    steps.add(
        new Step(
            () -> {
              allowance.giveUp();
              observation.network().letGo();
              shared.letGo();
            },
            () -> said(allowance.givenUp())));
    List<String> ofRows = new ArrayList<>();
    steps.add(new Step(() -> rows.giveUp(ofRows), () -> said(ofRows)));
    steps.add(new Step(norms::letGo, () -> said(List.of("updateNorm", "distanceFromInit"))));
    if (visits != null) {
      steps.add(new Step(visits::letGoPatterns, () -> said(VisitColumns.idsOfFlips())));
    }
    List<MemoryRecorder> memories = new ArrayList<>();
    for (Recorder recorder : recorders) {
      if (recorder instanceof MemoryRecorder) {
        memories.add((MemoryRecorder) recorder);
      }
    }
    boolean[] thinned = {false};
    steps.add(
        new Step(
            () -> memories.forEach(memory -> thinned[0] |= thin(memory)),
            () -> thinned[0] ? "older records are thinned in memory, storage keeps them" : ""));
  }

  /** Gives laws up first, which keep the parameters from before a step to after it. */
  void beginWith(LawRunner laws) {
    steps.addFirst(new Step(laws::letGo, () -> said(laws.givenUp())));
  }

  /** Returns what the run keeps whatever is given up, the norms of the parameters, and metrics. */
  private double kept() {
    double bytes = 2.0 * (norms.single() ? Float.BYTES : Double.BYTES) * norms.length();
    for (int layer = 0; layer < observation.layers(); layer++) {
      bytes += PATTERNS * Long.BYTES * observation.pattern(layer).current().length;
    }
    return bytes + allowance.bytes();
  }

  private String said(Collection<String> ids) {
    if (ids.isEmpty()) {
      return "";
    }
    String names = String.join(", ", ids);
    facts.add(
        "absent " + names,
        "memory ran out at step " + observation.step() + ", so it is left out from there on");
    return names + (ids.size() == 1 ? " is" : " are") + " left out from now on";
  }

  private static boolean thin(MemoryRecorder memory) {
    boolean much = Heap.isMuch(memory.bytes());
    if (much) {
      memory.limit(memory.bytes() / 2);
    }
    return much;
  }

  /**
   * Takes a record, with less to keep if memory runs out over it; then sees to it that training has
   * room, where what the run keeps is a good part of the heap. That is asked at a few records only,
   * as garbage may have to be collected to find out.
   *
   * @param records so far
   */
  void add(Record record, RecordQueue to, long records) {
    boolean added = false;
    while (!added) {
      try {
        to.add(record);
        added = true;
      } catch (OutOfMemoryError e) {
        if (!next()) {
          throw e;
        }
      }
    }
    while (!unsaid.isEmpty()) {
      say(unsaid.remove());
    }
    if (Long.bitCount(records) == 1 && Heap.isMuch(2 * kept())) {
      makeRoom();
    }
  }

  /**
   * Does something, again with less to keep whenever memory runs out over it.
   *
   * @throws OutOfMemoryError if there is nothing left that could be given up
   */
  void trying(Runnable work) {
    while (true) {
      try {
        work.run();
        return;
      } catch (OutOfMemoryError e) {
        if (!next()) {
          throw e;
        }
      }
    }
  }

  /** Gives something up if memory was out in a thread of the recorders. */
  void ofRecorders() {
    if (failures.takeOutOfMemory()) {
      next();
    }
  }

  /** Frees the spare memory, so that what follows has room. */
  void release() {
    spare = null;
  }

  /** Gives things up until training has room again. */
  void makeRoom() {
    while (!steps.isEmpty() && !Heap.hasRoom()) {
      one();
    }
  }

  /** Gives everything up that can be, if it was for want of memory that watching ends. */
  void endAfter(Throwable cause) {
    release();
    while (FailureLog.isOutOfMemory(cause) && !steps.isEmpty()) {
      one();
    }
  }

  /**
   * Gives up the next thing, and more until training has room.
   *
   * @return false if nothing is left that could be given up
   */
  boolean next() {
    release();
    boolean any = false;
    while (!steps.isEmpty() && !any) {
      any = one();
    }
    if (any) {
      makeRoom();
      spare = Heap.spare();
    }
    return any;
  }

  /** Returns false if there was nothing to be given up in what came next. */
  private boolean one() {
    Step step = steps.remove();
    try {
      step.free.run();
    } catch (OutOfMemoryError e) {
      // What was to be freed first, is. Whatever has to be told, will be.
    }
    return say(step);
  }

  private boolean say(Step step) {
    try {
      String said = step.words.get();
      if (said.isEmpty()) {
        return false;
      }
      String sentence = "Memory ran out: " + said;
      failures.note(sentence);
      LOG.warn("{}. Everything else is recorded, and training goes on.", sentence);
    } catch (OutOfMemoryError e) {
      unsaid.add(step);
    }
    return true;
  }
}
