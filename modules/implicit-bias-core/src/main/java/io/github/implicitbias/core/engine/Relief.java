package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Recorder;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is given up when memory runs out, one thing after the other: metrics and predictions that
 * keep arrays, values per sample and per unit, the parameters of the first record and of the step
 * before, older records of the run in memory if they are much. Loss, patterns, flips and the norm
 * of the parameters stay. Each time one sentence says what is gone.
 */
final class Relief {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  /** Copies of a pattern: present, before, first, ever on, boundary, in a block, in memory. */
  private static final double PATTERNS = 7;

  private final Deque<Supplier<String>> steps = new ArrayDeque<>();
  private final Observation observation;
  private final FailureLog failures;
  private final RunFacts facts;
  private final boolean isTight;

  /**
   * Makes the order in which a run gives up.
   *
   * @param allowance knows the instruments and what they keep
   * @param shared what several of them have in common
   * @param rows the values per sample and per unit
   * @param norms what is kept of the parameters
   * @param facts are told what is absent from now on
   */
  Relief(
      Observation observation,
      Allowance allowance,
      SharedResults shared,
      RowRunner rows,
      ParameterNorms norms,
      List<Recorder> recorders,
      FailureLog failures,
      RunFacts facts) {
    this.observation = observation;
    this.failures = failures;
    this.facts = facts;
    this.isTight = Heap.isMuch(2 * kept(observation, norms));
    steps.add(
        () -> {
          Collection<String> ids = allowance.giveUp();
          shared.letGo();
          observation.network().letGo();
          return said(ids);
        });
    steps.add(() -> said(rows.giveUp()));
    steps.add(() -> norms.letGo() ? said(List.of("updateNorm", "distanceFromInit")) : "");
    steps.add(() -> thin(recorders));
  }

  private static double kept(Observation observation, ParameterNorms norms) {
    double bytes = 2.0 * (norms.single() ? Float.BYTES : Double.BYTES) * norms.length();
    for (int layer = 0; layer < observation.layers(); layer++) {
      bytes += PATTERNS * Long.BYTES * observation.pattern(layer).current().length;
    }
    return bytes;
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

  private static String thin(List<Recorder> recorders) {
    long held = 0;
    for (Recorder recorder : recorders) {
      if (recorder instanceof MemoryRecorder) {
        MemoryRecorder memory = (MemoryRecorder) recorder;
        held += memory.bytes();
        if (Heap.isMuch(memory.bytes())) {
          memory.limit(memory.bytes() / 2);
        }
      }
    }
    return Heap.isMuch(held) ? "older records are thinned in memory, storage keeps them" : "";
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
    if (isTight && Long.bitCount(records) == 1) {
      makeRoom();
    }
  }

  /** Gives something up if memory was out in a thread of the recorders. */
  void ofRecorders() {
    if (failures.takeOutOfMemory()) {
      next();
    }
  }

  /** Gives things up until training has room again. */
  void makeRoom() {
    while (!steps.isEmpty() && !Heap.hasRoom()) {
      next();
    }
  }

  /**
   * Gives up the next thing.
   *
   * @return false if nothing is left that could be given up
   */
  boolean next() {
    while (!steps.isEmpty()) {
      String said = steps.remove().get();
      if (!said.isEmpty()) {
        String sentence = "Memory ran out: " + said;
        failures.note(sentence);
        LOG.warn("{}. Everything else is recorded, and training goes on.", sentence);
        return true;
      }
    }
    return false;
  }
}
