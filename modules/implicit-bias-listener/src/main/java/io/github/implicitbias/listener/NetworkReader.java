package io.github.implicitbias.listener;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.engine.Engine;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.pattern.PatternHistory;
import io.github.implicitbias.core.pattern.PatternPacker;
import io.github.implicitbias.core.probe.Probe;
import java.util.List;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Reads one network into an engine: signs of the tracked layers, loss, parameters. */
final class NetworkReader {

  private final Network net;
  private final NetworkPlan plan;
  private final Engine engine;
  private final NativeReader reader;
  private final OutputHead head;
  private final int samples;
  private final int inputs;
  private final boolean single;
  private final int[] probeFloats;
  private final long[] probeDoubles;
  private final double[] probeFeatures;
  private final PatternPacker[] packers;
  private int[] floatBits;
  private long[] doubleBits;
  private final INDArray parameters;
  private ShadowNetwork shadow;
  private INDArray probeInput;

  NetworkReader(
      Network net,
      NetworkPlan plan,
      Engine engine,
      NativeReader reader,
      OutputHead head,
      Probe probe) {
    this.net = net;
    this.parameters = net.params();
    this.plan = plan;
    this.engine = engine;
    this.reader = reader;
    this.head = head;
    this.samples = probe.samples();
    this.inputs = probe.inputs();
    this.single = net.dataType() != DataType.DOUBLE;
    this.probeFeatures = probe.features();
    this.probeFloats = new int[single ? probeFeatures.length : 0];
    this.probeDoubles = new long[single ? 0 : probeFeatures.length];
    for (int i = 0; i < probeFeatures.length; i++) {
      if (single) {
        probeFloats[i] = Float.floatToRawIntBits((float) probeFeatures[i]);
      } else {
        probeDoubles[i] = Double.doubleToRawLongBits(probeFeatures[i]);
      }
    }
    int widest = inputs;
    packers = new PatternPacker[plan.readings().size()];
    for (int i = 0; i < packers.length; i++) {
      int units = plan.readings().get(i).layer.units();
      packers[i] = new PatternPacker(samples, units);
      widest = Math.max(widest, units);
    }
    floatBits = new int[single ? samples * widest : 0];
    doubleBits = new long[samples * (single ? 0 : widest)];
  }

  /** Returns true if an array holds exactly the probe's features, in order. */
  boolean isProbe(INDArray input) {
    if (input.rank() != 2 || input.size(0) != samples || input.size(1) != inputs) {
      return false;
    }
    return single ? reader.isEqual(input, probeFloats) : reader.isEqual(input, probeDoubles);
  }

  /** Returns the activations on the probe, computed by a shadow network. */
  Activations shadowActivations() {
    if (shadow == null) {
      shadow = net.shadow(parameters);
    }
    if (probeInput == null) {
      try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        DataType type = net.dataType();
        probeInput = Nd4j.createFromArray(probeFeatures).reshape(samples, inputs).castTo(type);
      }
    }
    return shadow.activations(List.of(probeInput));
  }

  /**
   * Makes an observation.
   *
   * @param activations those of the probe
   * @param parametersDue true to read the parameters, too
   */
  void observe(
      Activations activations,
      long step,
      int epoch,
      boolean inPlace,
      boolean parametersDue,
      boolean previousStepKnown) {
    double loss = Absent.VALUE;
    if (head != null) {
      head.compute(activations.inputOf(net.outputs().get(0)));
      loss = head.loss();
    }
    for (int i = 0; i < packers.length; i++) {
      readSigns(i, activations);
    }
    if (parametersDue) {
      readParameters(false);
    }
    engine.observe(step, epoch, inPlace, parametersDue, previousStepKnown, loss);
  }

  private void readSigns(int number, Activations activations) {
    NetworkPlan.Reading reading = plan.readings().get(number);
    PatternHistory pattern = engine.pattern(number);
    switch (reading.source) {
      case ACTIVATION:
        pattern.advance(pack(number, activations.outputOf(reading.node), pattern.next()));
        break;
      case PRE_ACTIVATION:
        pattern.advance(pack(number, preActivations(reading.node, activations), pattern.next()));
        break;
      default:
        pattern.advance(packOutput(number, pattern.next()));
    }
  }

  private int pack(int number, INDArray array, long[] words) {
    if (single) {
      reader.floatBits(array, floatBits);
      return packers[number].packFloats(floatBits, words);
    }
    reader.doubleBits(array, doubleBits);
    return packers[number].packDoubles(doubleBits, words);
  }

  private int packOutput(int number, long[] words) {
    double[] z = head.preActivations();
    if (doubleBits.length < z.length) {
      doubleBits = new long[z.length];
    }
    for (int i = 0; i < z.length; i++) {
      doubleBits[i] = Double.doubleToRawLongBits(z[i]);
    }
    return packers[number].packDoubles(doubleBits, words);
  }

  private INDArray preActivations(NetworkNode node, Activations activations) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray input = activations.inputOf(node);
      InputPreProcessor pre = node.preProcessor();
      if (pre != null) {
        input = pre.preProcess(input.dup(), samples, LayerWorkspaceMgr.noWorkspaces());
      }
      INDArray z = input.mmul(node.parameter("W"));
      INDArray bias = node.parameter("b");
      return bias == null ? z : z.addiRowVector(bias);
    }
  }

  /** Keeps the parameters of a step that is not observed, for the update norm of the next. */
  void rememberParameters() {
    readParameters(true);
  }

  private void readParameters(boolean onlyRemember) {
    ParameterNorms norms = engine.parameters();
    DataType type = single ? DataType.FLOAT : DataType.DOUBLE;
    boolean direct = reader.isDirect(parameters, type);
    INDArray source = direct ? parameters : NativeReader.copy(parameters, type);
    long address = NativeReader.address(source);
    norms.begin();
    for (long[] part : plan.trainable()) {
      long end = part[0] + part[1];
      for (long from = part[0]; from < end; from += ParameterNorms.CHUNK) {
        int length = (int) Math.min(ParameterNorms.CHUNK, end - from);
        if (!direct) {
          read(source, from, length, norms);
        } else if (single) {
          reader.floatsAt(address + 4 * from, norms.floats(), length);
        } else {
          reader.doublesAt(address + 8 * from, norms.doubles(), length);
        }
        if (onlyRemember) {
          norms.remember(length);
        } else {
          norms.accept(length);
        }
      }
    }
    norms.end();
  }

  private void read(INDArray source, long from, int length, ParameterNorms norms) {
    for (int i = 0; i < length; i++) {
      if (single) {
        norms.floats()[i] = source.getFloat(from + i);
      } else {
        norms.doubles()[i] = source.getDouble(from + i);
      }
    }
  }
}
