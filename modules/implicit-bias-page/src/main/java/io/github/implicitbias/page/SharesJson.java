package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import java.util.Base64;
import java.util.List;

/**
 * For how many samples each unit of each layer is on: over all visits of an epoch, or on the probe
 * at a step. A byte per unit: 0 for one that is on for none, 255 for one that is on for all, 1 to
 * 254 between; of very large layers 256 quantiles. A channel is on for a sample where it is on at
 * one position at least; it is never called linear, which would say little of its positions.
 */
final class SharesJson {

  /** Units of a layer that have a byte each. */
  static final int MAX_UNITS = 4096;

  /** Bytes of quantiles. */
  static final int QUANTILES = 256;

  /** Bytes of all layers. */
  private static final int MAX_BYTES = 600_000;

  private SharesJson() {}

  /** Returns how many units a layer may have of which each has a byte. */
  static int most(List<TrackedLayer> layers) {
    int most = MAX_UNITS;
    while (most > QUANTILES && bytes(layers, most) > MAX_BYTES) {
      most /= 2;
    }
    return most;
  }

  private static long bytes(List<TrackedLayer> layers, int most) {
    return layers.stream()
        .mapToLong(layer -> layer.units() > most ? QUANTILES : layer.units())
        .sum();
  }

  /**
   * Returns the shares over all visits of an epoch.
   *
   * @throws Refusal if the run has no such epoch
   */
  static ObjectNode ofEpoch(Run run, int number) throws Refusal {
    VisitEpoch epoch = run.visits().epoch(number);
    if (epoch == null) {
      throw new Refusal(404, "The run has no epoch " + number + " that has ended.");
    }
    List<TrackedLayer> layers = HeaderJson.layers(run.header());
    int most = most(layers);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("epoch", number);
    ArrayNode nodes = answer.putArray("layers");
    for (TrackedLayer layer : layers) {
      VisitLayer found = NetworkJson.layer(epoch, layer.name());
      if (found == null || Float.isNaN(found.shares()[0])) {
        nodes.addNull();
        continue;
      }
      float[] shares = found.shares();
      boolean whole = !found.isAtLeast();
      boolean channels = layer.isGrouped() || shares.length != layer.units();
      boolean linear = whole && !channels;
      byte[] bytes = new byte[shares.length];
      for (int unit = 0; unit < bytes.length; unit++) {
        bytes[unit] = code(shares[unit], whole, linear);
      }
      ObjectNode node = put(nodes.addObject(), bytes, layer.units() > most);
      Values.place(node, "dead", found.deadUnits());
      Values.place(node, "linear", linear ? found.linearUnits() : -1);
      node.put("atLeast", found.isAtLeast());
      node.put("channels", channels);
    }
    return answer;
  }

  /**
   * Returns the shares over the probe at a step; of very large patterns of the first units, as in
   * the answer about a step.
   */
  static ObjectNode ofProbe(Run run, long step) {
    List<TrackedLayer> layers = HeaderJson.layers(run.header());
    int most = most(layers);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("step", step);
    ArrayNode nodes = answer.putArray("layers");
    long there = run.size() == 0 ? -1 : run.stepAtOrBefore(Math.max(step, run.firstStep()));
    for (int k = 0; k < layers.size(); k++) {
      ActivationPattern pattern = there < 0 ? null : run.patternAt(there, k);
      if (pattern == null || pattern.samples() == 0) {
        nodes.addNull();
        continue;
      }
      boolean linear = !layers.get(k).isGrouped();
      byte[] bytes = new byte[told(pattern)];
      int[] counts = new int[2];
      for (int unit = 0; unit < bytes.length; unit++) {
        bytes[unit] = code(share(pattern, unit), true, linear);
        counts[0] += bytes[unit] == 0 ? 1 : 0;
        counts[1] += bytes[unit] == -1 ? 1 : 0;
      }
      ObjectNode node = put(nodes.addObject(), bytes, layers.get(k).units() > most);
      node.put("dead", counts[0]);
      Values.place(node, "linear", linear ? counts[1] : -1);
      node.put("atLeast", false);
      node.put("channels", !linear);
    }
    return answer;
  }

  private static int told(ActivationPattern pattern) {
    int perUnit = Math.max(1, ActivationPattern.wordsPerUnit(pattern.samples()));
    return Math.min(pattern.units(), RunJson.MAX_WORDS / perUnit);
  }

  private static double share(ActivationPattern pattern, int unit) {
    return (double) pattern.activeSamples(unit) / pattern.samples();
  }

  private static ObjectNode put(ObjectNode node, byte[] bytes, boolean quantiles) {
    node.put("units", bytes.length);
    byte[] sent = quantiles ? quantiles(bytes) : bytes;
    return node.put("on", Base64.getEncoder().encodeToString(sent));
  }

  /** So many of the bytes in order, evenly spread. */
  static byte[] quantiles(byte[] bytes) {
    int[] counts = new int[256];
    for (byte one : bytes) {
      counts[one & 255]++;
    }
    byte[] quantiles = new byte[QUANTILES];
    int value = 0;
    long below = counts[0];
    for (int k = 0; k < QUANTILES; k++) {
      long at = (2L * k + 1) * bytes.length / (2 * QUANTILES);
      while (below <= at && value < 255) {
        below += counts[++value];
      }
      quantiles[k] = (byte) value;
    }
    return quantiles;
  }

  /**
   * The byte of a share.
   *
   * @param dead whether a share of 0 says that the unit is on for none
   * @param linear whether a share of 1 says that the unit is on for all
   */
  static byte code(double share, boolean dead, boolean linear) {
    if (share == 0 && dead) {
      return 0;
    }
    if (share == 1 && linear) {
      return -1;
    }
    return (byte) Math.max(1, Math.min(254, Math.round(255 * share)));
  }

  /** Returns the newest shares of the units of a layer, by which they are ordered. */
  static float[] newest(FollowedRun.View view, int layer, boolean visits) {
    TrackedLayer tracked = view.run.header().layers().get(layer);
    VisitEpoch epoch = view.flips.newest();
    if (visits && epoch != null) {
      VisitLayer found = NetworkJson.layer(epoch, tracked.name());
      return found == null ? new float[0] : found.shares();
    }
    ActivationPattern pattern =
        view.run.size() == 0 || view.run.header().samples() == 0
            ? null
            : view.run.patternAt(view.run.lastStep(), layer);
    if (pattern == null) {
      return new float[0]; // how many units there are is only said
    }
    float[] shares = new float[tracked.units()];
    for (int unit = 0; unit < shares.length; unit++) {
      shares[unit] = (float) share(pattern, unit);
    }
    return shares;
  }
}
