package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.Gap;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFollower;
import io.github.implicitbias.run.Series;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Runs as JSON of bounded size, for the page; for values see {@link Values}. Flips are laid out as
 * patterns or, where they are few, a list of the numbers of their bits: 8 x byte + bit.
 */
final class RunJson {

  /** Events in one answer; the page asks again for the rest. */
  static final int MAX_EVENTS = 5000;

  private static final int EVENTS_BYTES = 600_000;
  private static final int MAX_EVENT_TEXT = 2_000;

  /** Runs in one answer. */
  static final int MAX_RUNS = 1000;

  private static final int RUNS_BYTES = 900_000;
  private static final int MAX_LABEL = 20_000;

  /** Points of a series from which a part is cut out. */
  private static final int FINEST = 8192;

  /** Points of all series of one answer. */
  static final int MAX_POINTS = 20_000;

  /** Words of a pattern in one answer; of larger patterns the first units are sent. */
  static final int MAX_WORDS = 30_000;

  /** Gaps in one answer, the first ones. */
  static final int MAX_GAPS = 1000;

  /** Flips up to which they are sent one by one instead of as bits. */
  private static final int FEW_FLIPS = 5000;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private RunJson() {}

  /** Runs, the newest first; of more than fit into an answer the newest, and how many more. */
  static ObjectNode list(List<RunCatalog.Entry> entries) {
    ObjectNode answer = JSON.objectNode();
    ArrayNode runs = answer.putArray("runs");
    TextBudget room = new TextBudget(RUNS_BYTES);
    List<RunCatalog.Entry> newest =
        entries.stream()
            .sorted(
                Comparator.comparingLong(RunCatalog.Entry::startedAt)
                    .reversed()
                    .thenComparing(RunCatalog.Entry::session)
                    .thenComparing(RunCatalog.Entry::worker)
                    .thenComparing(RunCatalog.Entry::id))
            .collect(Collectors.toList());
    for (RunCatalog.Entry entry : newest) {
      ObjectNode run = entry(entry);
      String labels =
          run.get("session").asText() + run.get("worker").asText() + run.get("name").asText();
      if (runs.size() == MAX_RUNS || !room.take(labels, 160)) {
        answer.put("more", newest.size() - runs.size());
        break;
      }
      runs.add(run);
    }
    return answer;
  }

  static ObjectNode entry(RunCatalog.Entry entry) {
    return JSON.objectNode()
        .put("id", entry.id().toString())
        .put("session", Values.cut(entry.session(), MAX_LABEL))
        .put("worker", Values.cut(entry.worker(), MAX_LABEL))
        .put("name", Values.cut(entry.name(), MAX_LABEL))
        .put("startedAt", entry.startedAt())
        .put("stockPages", entry.hasStockPages());
  }

  static ObjectNode progress(FollowedRun followed, int eventsFrom) {
    RunFollower follower = followed.follower();
    ObjectNode answer = JSON.objectNode();
    // Read first: what arrives meanwhile is then drawn once too often rather than never.
    answer.put("version", follower.version());
    answer.put("unread", follower.unread());
    answer.put("blocks", follower.log().blocks());
    answer.put("updatedAt", follower.log().changedAt());
    answer.put("now", System.currentTimeMillis());
    Run run = followed.run();
    answer.put("startedAt", run.header().startedAt());
    answer.put("records", run.size());
    answer.put("firstStep", run.firstStep());
    answer.put("lastStep", run.lastStep());
    answer.put("thinned", run.isThinned());
    answer.put("exactSince", run.exactSince());
    answer.put("visits", run.visits().blocks());
    answer.put("inPlace", run.recordsInPlace());
    answer.put("watchNanos", run.watchNanos());
    answer.put("durationMillis", run.durationMillis());
    answer.put("epoch", run.lastEpoch());
    gaps(run.gaps(), answer);
    events(run, eventsFrom, answer);
    return answer;
  }

  /** A gap at the end has no other side, so it is told apart. */
  private static void gaps(List<Gap> lost, ObjectNode answer) {
    ArrayNode gaps = answer.putArray("gaps");
    boolean endLost = false;
    for (Gap gap : lost) {
      endLost |= gap.before() < 0;
      if (gap.before() >= 0 && gaps.size() < MAX_GAPS) {
        gaps.addArray().add(gap.after()).add(gap.before());
      }
    }
    answer.put("gapCount", lost.size());
    answer.put("endLost", endLost);
  }

  private static void events(Run run, int eventsFrom, ObjectNode answer) {
    List<Event> all = run.events();
    int from = Math.min(eventsFrom, all.size());
    int to = Math.min(from + MAX_EVENTS, all.size());
    answer.put("eventCount", all.size());
    ArrayNode events = answer.putArray("events");
    TextBudget room = new TextBudget(EVENTS_BYTES);
    for (Event event : all.subList(from, to)) {
      String detail = Values.cut(event.detail(), MAX_EVENT_TEXT);
      if (!room.take(detail, 200)) {
        break; // the page asks for the rest
      }
      ObjectNode node = events.addObject();
      node.put("step", event.step());
      node.put("kind", event.kind().id());
      Values.place(node, "layer", event.layer());
      Values.place(node, "unit", event.unit());
      Values.place(node, "sample", event.sample());
      node.put("detail", detail);
      Values.place(node, "prediction", event.prediction());
      Values.put(node, "measured", event.measured());
      Values.put(node, "bound", event.bound());
    }
  }

  static ObjectNode series(
      FollowedRun.View view, boolean log, List<String> columns, int points, long from, long to) {
    boolean all = from == Long.MIN_VALUE && to == Long.MAX_VALUE;
    int most = Math.max(4, Math.min(points, MAX_POINTS / columns.size()));
    ObjectNode answer = JSON.objectNode();
    ObjectNode nodes = answer.putObject("columns");
    List<Series> logarithmic = log ? view.logSeries.of(columns, most, from, to) : null;
    for (int k = 0; k < columns.size(); k++) {
      Series found =
          logarithmic != null
              ? logarithmic.get(k)
              : view.run
                  .series(columns.get(k), all ? most : FINEST)
                  .between(from, to)
                  .thinned(most);
      Values.series(nodes.putObject(columns.get(k)), found);
    }
    return answer;
  }

  /**
   * The record at a step, or at the last recorded step before it; inside a gap only what lies
   * around it. Where the probe was not observed, the pattern says of which step it is.
   *
   * @param layer index of the layer whose pattern is wanted, -1 for none
   */
  static ObjectNode step(Run run, long wanted, int layer) {
    ObjectNode answer = JSON.objectNode();
    List<Gap> gaps = run.gaps();
    for (Gap gap : gaps) {
      if (wanted > gap.after() && wanted < gap.before() && wanted >= run.firstStep()) {
        answer.put("step", wanted);
        answer.put("known", false);
        Values.place(answer, "previous", gap.after());
        answer.put("next", gap.before());
        answer.putObject("values");
        answer.putNull("pattern");
        return answer;
      }
    }
    long step = run.stepAtOrBefore(Math.max(wanted, run.firstStep()));
    long previous = step == 0 ? -1 : run.stepAtOrBefore(step - 1);
    answer.put("step", step);
    answer.put("known", true);
    Values.place(answer, "previous", previous);
    Values.place(answer, "next", run.stepAfter(step));
    ObjectNode values = answer.putObject("values");
    double[] row = run.values(step);
    List<Column> columns = HeaderJson.columns(run.header());
    for (int k = 0; row != null && k < columns.size(); k++) {
      Values.put(values, columns.get(k).name(), row[k]);
    }
    boolean lost = gaps.stream().anyMatch(gap -> gap.before() == step);
    long observed = run.observedAtOrBefore(step);
    boolean compared = !lost && observed == step;
    pattern(run, step, compared ? previous : -1, layer, answer);
    if (observed != step && answer.get("pattern") instanceof ObjectNode) {
      ((ObjectNode) answer.get("pattern")).put("observedAt", observed);
    }
    return answer;
  }

  private static void pattern(Run run, long step, long previous, int layer, ObjectNode answer) {
    // First the earlier one: from there the way is short.
    ActivationPattern before = layer < 0 || previous < 0 ? null : run.patternAt(previous, layer);
    ActivationPattern pattern = layer < 0 ? null : run.patternAt(step, layer);
    if (pattern == null) {
      answer.putNull("pattern");
      return;
    }
    int perUnit = Math.max(1, ActivationPattern.wordsPerUnit(pattern.samples()));
    int units = Math.min(pattern.units(), MAX_WORDS / perUnit);
    ObjectNode node = answer.putObject("pattern");
    node.put("layer", layer);
    node.put("units", units);
    node.put("unitsOfLayer", pattern.units());
    node.put("samples", pattern.samples());
    long[] words = Arrays.copyOf(pattern.words(), units * perUnit);
    node.put("bits", Values.base64(words));
    if (before == null) {
      node.putNull("flips");
      return;
    }
    long[] wordsBefore = before.words();
    int flips = 0;
    for (int k = 0; k < words.length; k++) {
      words[k] ^= wordsBefore[k];
      flips += Long.bitCount(words[k]);
    }
    if (flips > FEW_FLIPS || 8 * flips > words.length * 11) {
      node.put("flips", Values.base64(words));
    } else {
      ArrayNode list = node.putArray("flips");
      for (int k = 0; k < words.length; k++) {
        for (long rest = words[k]; rest != 0; rest &= rest - 1) {
          list.add(k * 64 + Long.numberOfTrailingZeros(rest));
        }
      }
    }
  }

  /** Bits of a unit or of a sample over all steps; base64 of the bytes of step after step. */
  static ObjectNode history(BitHistory history) {
    ObjectNode answer = JSON.objectNode();
    ArrayNode steps = answer.putArray("steps");
    ArrayNode known = answer.putArray("known");
    for (int k = 0; k < history.size(); k++) {
      steps.add(history.step(k));
      known.add(history.isKnown(k) ? 1 : 0);
    }
    answer.put("bits", history.bits());
    answer.put("stride", history.stride());
    answer.put("on", Base64.getEncoder().encodeToString(history.on()));
    answer.put("flipped", Base64.getEncoder().encodeToString(history.flipped()));
    return answer;
  }
}
