package io.github.implicitbias.listener;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * What, besides the gradient of the loss, acts on the layers of a network in training: dropout,
 * weight noise, penalties and constraints, in words with names and numbers.
 */
final class Restraints {

  private Restraints() {}

  /**
   * Returns what acts on a network, such as "layer0 has dropout 0.8; all layers have l2 1.0E-5".
   */
  static String of(Network net) {
    Map<String, List<String>> layersWith = new LinkedHashMap<>();
    int layers = 0;
    for (NetworkNode node : net.nodes()) {
      if (node.isLayer()) {
        List<String> words = new ArrayList<>();
        for (Layer part : LayerReading.inside(node.layer())) {
          addNoise(part, words);
        }
        if (node.layer().getIDropout() != null && words.isEmpty()) {
          words.add(dropout(node.layer().getIDropout()));
        }
        if (node.trainable() > 0) {
          layers++;
          addPenalties(node, words);
        }
        for (String one : new TreeSet<>(words)) {
          layersWith.computeIfAbsent(one, any -> new ArrayList<>()).add(node.name());
        }
      }
    }
    List<String> sentences = new ArrayList<>();
    for (Map.Entry<String, List<String>> one : layersWith.entrySet()) {
      sentences.add(owners(one.getValue(), layers) + one.getKey());
    }
    return String.join("; ", sentences);
  }

  private static String owners(List<String> names, int layers) {
    if (names.size() == 1) {
      return names.get(0) + " has ";
    }
    return names.size() >= layers ? "all layers have " : String.join(", ", names) + " have ";
  }

  /** Returns what makes a layer compute at random in training, null if nothing does. */
  static @Nullable String noise(Layer layer) {
    List<String> words = new ArrayList<>();
    addNoise(layer, words);
    return words.isEmpty() ? null : String.join(" and ", words);
  }

  private static void addNoise(Layer layer, List<String> words) {
    if (layer.getIDropout() != null) {
      words.add(dropout(layer.getIDropout()));
    }
    IWeightNoise noise = layer instanceof BaseLayer ? ((BaseLayer) layer).getWeightNoise() : null;
    if (noise instanceof DropConnect) {
      DropConnect connect = (DropConnect) noise;
      ISchedule schedule = connect.getWeightRetainProbSchedule();
      words.add("DropConnect " + (schedule == null ? connect.getWeightRetainProb() : schedule));
    } else if (noise != null) {
      words.add("weight noise (" + noise.getClass().getSimpleName() + ")");
    }
  }

  private static String dropout(IDropout dropout) {
    if (dropout instanceof Dropout) {
      Dropout plain = (Dropout) dropout;
      return "dropout " + (plain.getPSchedule() == null ? plain.getP() : plain.getPSchedule());
    }
    return dropout.getClass().getSimpleName();
  }

  private static void addPenalties(NetworkNode node, List<String> words) {
    TrainingConfig config = node.implementation().getConfig();
    for (String key : node.implementation().paramTable().keySet()) {
      List<Regularization> of = config.getRegularizationByParam(key);
      for (Regularization one : of == null ? List.<Regularization>of() : of) {
        words.add(penalty(one));
      }
    }
    for (Layer part : LayerReading.inside(node.layer())) {
      List<LayerConstraint> constraints = part.getConstraints();
      for (LayerConstraint one : constraints == null ? List.<LayerConstraint>of() : constraints) {
        words.add("a constraint (" + one.getClass().getSimpleName() + ")");
      }
    }
  }

  private static String penalty(Regularization one) {
    if (one instanceof L2Regularization) {
      return "l2 " + amount(((L2Regularization) one).getL2());
    }
    if (one instanceof L1Regularization) {
      return "l1 " + amount(((L1Regularization) one).getL1());
    }
    if (one instanceof WeightDecay) {
      return "weight decay " + amount(((WeightDecay) one).getCoeff());
    }
    return one.getClass().getSimpleName();
  }

  private static String amount(ISchedule schedule) {
    double start = schedule.valueAt(0, 0);
    boolean fixed =
        schedule.getClass().getSimpleName().equals("FixedSchedule")
            || start == schedule.valueAt(1, 1);
    return fixed ? Double.toString(start) : start + " at first";
  }
}
