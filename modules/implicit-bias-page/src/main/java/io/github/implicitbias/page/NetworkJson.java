package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All layers of a run as JSON of bounded size: what they are, of which epochs there are shares of
 * their units, and how often these flip over time. Flips are bytes on a logarithmic scale, units in
 * groups from those that are on least to those that are on most, as the newest shares have them.
 */
final class NetworkJson {

  /** Epochs of which there are shares; more are left out evenly. */
  static final int MAX_EPOCHS = 200;

  /** Shares of all of these epochs together, in a file. */
  private static final long MAX_SHARES = 6_000_000;

  /** Groups of units of a layer, where layers are few. */
  static final int GROUPS = 12;

  /** Layers up to which units are in groups; of more each layer is one group. */
  static final int FEW_LAYERS = 10;

  /** Cells of the flips of all layers. */
  private static final int MAX_CELLS = 300_000;

  /** The largest rate by the smallest one that has a colour of its own, at most and at least. */
  private static final double RANGE = 1000;

  private static final double LEAST_RANGE = 10;

  /** The byte of a rate that is not known, and the largest of one that is. */
  static final int UNKNOWN = 255;

  private static final int MAX_STACK = 500;
  private static final int MAX_NAME = 60;

  private NetworkJson() {}

  static double visits(VisitEpoch epoch) {
    double visits = epoch.number(EpochNumber.VISITS);
    return Absent.is(visits) || !(visits > 0) ? 0 : visits;
  }

  /** Returns what an epoch says of a layer, null if it says nothing. */
  static @Nullable VisitLayer layer(VisitEpoch epoch, String name) {
    return epoch.layers().stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
  }

  /** Returns the layers, the epochs with shares, and the flips. */
  static ObjectNode of(FollowedRun.View view) {
    Run run = view.run;
    RunHeader header = run.header();
    List<TrackedLayer> told = HeaderJson.layers(header);
    List<UnitFlips.Epoch> all = view.flips.epochs(run);
    boolean visits = view.flips.newest() != null;
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("over", visits ? "visits" : isObserved(run) ? "probe" : "nothing");
    answer.put("samples", header.samples());
    Map<String, LayerFacts> facts = LayerFacts.of(header);
    layers(answer.putArray("layers"), told, facts, SharesJson.most(told));
    answer.put("layersLeftOut", header.layers().size() - told.size());
    stack(answer.putArray("stack"), facts.values());
    long parameters = LayerFacts.parameters(facts.values());
    answer.put("parameters", facts.isEmpty() || parameters < 0 ? null : parameters);
    epochs(answer.putObject("epochs"), all, units(told));
    flips(answer.putObject("flips"), view, told.size(), visits);
    return answer;
  }

  private static boolean isObserved(Run run) {
    return run.header().samples() > 0 && run.observations() > 0;
  }

  private static long units(List<TrackedLayer> layers) {
    return layers.stream().mapToLong(TrackedLayer::units).sum();
  }

  private static void layers(
      ArrayNode into, List<TrackedLayer> layers, Map<String, LayerFacts> facts, int most) {
    for (TrackedLayer layer : layers) {
      ObjectNode node = into.addObject();
      node.put("name", layer.name());
      node.put("units", layer.units());
      node.put("activation", layer.activation());
      node.put("grouped", layer.isGrouped());
      node.put("quantiles", layer.units() > most);
      if (layer.shape().length > 1) {
        ArrayNode shape = node.putArray("shape");
        Arrays.stream(layer.shape()).forEach(shape::add);
        node.put("axes", Values.cut(layer.axes(), MAX_NAME));
      }
      LayerFacts fact = facts.get(layer.name());
      if (fact != null) {
        facts(node, fact);
        node.put("parameters", fact.parameters < 0 ? null : fact.parameters);
      }
    }
  }

  private static void facts(ObjectNode node, LayerFacts fact) {
    node.put("kind", Values.cut(fact.kind, MAX_NAME));
    node.put("inputs", fact.inputs == 0 ? null : fact.inputs);
    node.put("outputs", fact.outputs == 0 ? null : fact.outputs);
    if (!fact.kernel.isEmpty()) {
      node.put("kernel", Values.cut(fact.kernel, MAX_NAME));
    }
  }

  /** All layers of the network, those without a pattern, too. */
  private static void stack(ArrayNode into, Collection<LayerFacts> facts) {
    facts.stream().limit(MAX_STACK).forEach(fact -> facts(into.addObject(), fact));
  }

  /** The epochs that have ended, with the places of those whose shares can be asked for. */
  private static void epochs(ObjectNode into, List<UnitFlips.Epoch> all, long units) {
    ArrayNode numbers = into.putArray("epoch");
    ArrayNode first = into.putArray("firstStep");
    ArrayNode last = into.putArray("lastStep");
    ArrayNode visits = into.putArray("visits");
    for (UnitFlips.Epoch epoch : chosen(all, units)) {
      numbers.add(epoch.number);
      first.add(epoch.firstStep);
      last.add(epoch.lastStep);
      visits.add((long) epoch.visits);
    }
    into.put("of", all.size());
  }

  /** Those whose shares are told: as many as fit into a file, the first and the last among them. */
  static List<UnitFlips.Epoch> chosen(List<UnitFlips.Epoch> all, long units) {
    List<UnitFlips.Epoch> known = new ArrayList<>(all);
    known.removeIf(epoch -> !epoch.hasLayers);
    int most = (int) Math.max(2, Math.min(MAX_EPOCHS, MAX_SHARES / Math.max(1, units)));
    if (known.size() <= most) {
      return known;
    }
    List<UnitFlips.Epoch> some = new ArrayList<>();
    for (int k = 0; k < most; k++) {
      some.add(known.get((int) ((long) k * (known.size() - 1) / (most - 1))));
    }
    return some;
  }

  private static void flips(ObjectNode into, FollowedRun.View view, int layers, boolean visits) {
    Run run = view.run;
    UnitFlips flips = view.flips;
    boolean perVisit = !isObserved(run);
    into.put("per", perVisit ? "visit" : "step");
    into.put("counted", flips.areCounted());
    int[][][] groups = new int[layers][][];
    for (int layer = 0; layer < layers; layer++) {
      int[] order = order(view, layer, visits);
      if (!perVisit && order.length != run.header().layers().get(layer).units()) {
        order = order(view, layer, false);
      }
      groups[layer] = groups(order, layers <= FEW_LAYERS ? GROUPS : 1);
    }
    UnitFlips.Rates found = flips.rates(perVisit, groups, MAX_CELLS, run.lastStep());
    double[] all =
        Arrays.stream(found.rates)
            .flatMap(Arrays::stream)
            .flatMapToDouble(Arrays::stream)
            .filter(rate -> rate > 0)
            .toArray();
    double high = rounded(Arrays.stream(all).max().orElse(0), true);
    double low = rounded(Arrays.stream(all).min().orElse(0), false);
    low = Math.max(high / RANGE, Math.min(high / LEAST_RANGE, low));
    into.put("high", high);
    into.put("low", low);
    ArrayNode edges = into.putArray("edges");
    Arrays.stream(found.edges).forEach(edges::add);
    ArrayNode nodes = into.putArray("layers");
    for (double[][] ofLayer : found.rates) {
      cells(nodes.addObject(), ofLayer, low, high);
    }
  }

  private static void cells(ObjectNode into, double[][] rates, double low, double high) {
    ByteArrayOutputStream cells = new ByteArrayOutputStream();
    for (double[] row : rates) {
      for (double rate : row) {
        cells.write(code(rate, low, high));
      }
    }
    into.put("groups", rates.length);
    into.put("cells", Base64.getEncoder().encodeToString(cells.toByteArray()));
  }

  /** Up or down to the next of 1, 2 and 5 times a power of ten. */
  private static double rounded(double rate, boolean up) {
    if (!(rate > 0)) {
      return 0;
    }
    double power = Math.pow(10, Math.floor(Math.log10(rate)));
    double below = power;
    for (double m : new double[] {1, 2, 5, 10}) {
      if (up && rate <= m * power * (1 + 1e-12)) {
        return m * power;
      }
      below = m * power <= rate * (1 + 1e-12) ? m * power : below;
    }
    return below;
  }

  /** The byte of a rate: 0 for none, from 1 for the lower end of the scale or less to 254. */
  static int code(double rate, double low, double high) {
    if (rate < 0) {
      return UNKNOWN;
    }
    if (rate == 0) {
      return 0;
    }
    double part = Math.log(rate / low) / Math.log(high / low);
    return 1 + (int) Math.round((UNKNOWN - 2) * Math.max(0, Math.min(1, part)));
  }

  /** The units of a layer from those that are on least to those that are on most. */
  private static int[] order(FollowedRun.View view, int layer, boolean visits) {
    float[] shares = SharesJson.newest(view, layer, visits);
    return IntStream.range(0, shares.length)
        .boxed()
        .sorted(Comparator.comparing((Integer unit) -> shares[unit]).thenComparing(unit -> unit))
        .mapToInt(unit -> unit)
        .toArray();
  }

  private static int[][] groups(int[] order, int most) {
    int count = Math.min(most, order.length);
    int[][] groups = new int[count][];
    for (int g = 0; g < count; g++) {
      int from = (int) ((long) g * order.length / count);
      groups[g] = Arrays.copyOfRange(order, from, (int) ((g + 1L) * order.length / count));
    }
    return groups;
  }
}
