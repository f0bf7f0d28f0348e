package io.github.implicitbias.listener;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.engine.Engine;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.pattern.PatternHistory;
import io.github.implicitbias.core.pattern.PatternPacker;
import io.github.implicitbias.core.probe.Probe;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
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
  private final NetworkArrays arrays;
  private final BoundaryReader boundaries;
  private final int samples;
  private final int inputs;
  private final boolean single;
  private final IntBuffer probeFloats;
  private final LongBuffer probeDoubles;
  private final double[] probeFeatures;
  private final PatternPacker[] packers;
  private final LongBuffer outputBits;
  private final INDArray parameters;
  private ShadowNetwork shadow;
  private INDArray probeInput;

  NetworkReader(
      Network net,
      NetworkPlan plan,
      Engine engine,
      NativeReader reader,
      OutputHead head,
      NetworkArrays arrays,
      Probe probe) {
    this.net = net;
    this.parameters = net.params();
    this.plan = plan;
    this.engine = engine;
    this.reader = reader;
    this.head = head;
    this.arrays = arrays;
    this.boundaries =
        new BoundaryReader(plan.trackedLayers(), arrays, probe.samples(), net.dataType(), reader);
    this.samples = probe.samples();
    this.inputs = probe.inputs();
    this.single = net.dataType() != DataType.DOUBLE;
    this.probeFeatures = probe.features();
    this.probeFloats = IntBuffer.allocate(single ? probeFeatures.length : 0);
    this.probeDoubles = LongBuffer.allocate(single ? 0 : probeFeatures.length);
    for (int i = 0; i < probeFeatures.length; i++) {
      if (single) {
        probeFloats.put(i, Float.floatToRawIntBits((float) probeFeatures[i]));
      } else {
        probeDoubles.put(i, Double.doubleToRawLongBits(probeFeatures[i]));
      }
    }
    packers = new PatternPacker[plan.readings().size()];
    for (int i = 0; i < packers.length; i++) {
      packers[i] = new PatternPacker(samples, plan.readings().get(i).layer.units());
    }
    outputBits = head == null ? null : LongBuffer.allocate(head.outputs() * samples);
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
    arrays.begin(activations);
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
    arrays.end();
  }

  private void readSigns(int number, Activations activations) {
    NetworkPlan.Reading reading = plan.readings().get(number);
    PatternHistory pattern = engine.pattern(number);
    switch (reading.source) {
      case ACTIVATION:
        int ofActivations = pack(number, activations.outputOf(reading.node), pattern.next());
        pattern.advance(ofActivations, boundaries.pack(number, pattern.nextBoundary()));
        break;
      case PRE_ACTIVATION:
        INDArray z = preActivations(reading.node, activations);
        int ofPreActivations = pack(number, z, pattern.next());
        pattern.advance(ofPreActivations, boundaries.pack(number, z, pattern.nextBoundary()));
        break;
      default:
        int ofOutputs = packOutput(number, pattern.next());
        double[] outputs = head.preActivations();
        pattern.advance(ofOutputs, boundaries.pack(number, outputs, pattern.nextBoundary()));
    }
  }

  private int pack(int number, INDArray array, long[] words) {
    return single
        ? packers[number].packFloats(reader.floatBits(array), words)
        : packers[number].packDoubles(reader.doubleBits(array), words);
  }

  private int packOutput(int number, long[] words) {
    double[] z = head.preActivations();
    for (int i = 0; i < z.length; i++) {
      outputBits.put(i, Double.doubleToRawLongBits(z[i]));
    }
    outputBits.rewind();
    return packers[number].packDoubles(outputBits, words);
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
