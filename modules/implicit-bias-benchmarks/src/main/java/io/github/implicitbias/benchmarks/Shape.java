package io.github.implicitbias.benchmarks;

import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;

/** The size of a network with one hidden layer, its data type and its batch. */
enum Shape {
  TINY(2, 60, 1, 40, DataType.DOUBLE),
  MIDDLE(150, 200, 1, 75, DataType.DOUBLE),
  LARGE(784, 1024, 10, 128, DataType.FLOAT);

  private final int inputs;
  private final int units;
  private final int outputs;
  private final int samples;
  private final DataType type;

  Shape(int inputs, int units, int outputs, int samples, DataType type) {
    this.inputs = inputs;
    this.units = units;
    this.outputs = outputs;
    this.samples = samples;
    this.type = type;
  }

  int inputs() {
    return inputs;
  }

  int units() {
    return units;
  }

  int outputs() {
    return outputs;
  }

  int samples() {
    return samples;
  }

  DataType type() {
    return type;
  }

  String describe() {
    return String.format(
        Locale.ROOT,
        "%d-%d-%d, %s, batch of %d",
        inputs,
        units,
        outputs,
        type.name().toLowerCase(Locale.ROOT),
        samples);
  }
}
