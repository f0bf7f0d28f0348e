package io.github.implicitbias.listener;

import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.RecordVisitor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small real networks and reference data for tests. */
final class Networks {

  private Networks() {}

  /** Returns the rows of a reference file without its header; hexadecimal fields become numbers. */
  static double[][] rows(String name) {
    List<double[]> rows = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(Networks.class.getResourceAsStream("/reference/" + name)))) {
      in.readLine();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] fields = line.split(",");
        double[] row = new double[fields.length];
        for (int i = 0; i < row.length; i++) {
          row[i] = fields[i].startsWith("0x") ? Long.decode(fields[i]) : parse(fields[i]);
        }
        rows.add(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows.toArray(new double[0][]);
  }

  private static double parse(String field) {
    return field.isEmpty() ? Double.NaN : Double.parseDouble(field);
  }

  /** Returns a data file whose last column is the label. */
  static DataSet reference(String name) {
    double[][] rows = rows(name);
    int d = rows[0].length - 1;
    double[][] x = new double[rows.length][d];
    double[][] y = new double[rows.length][1];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, x[i], 0, d);
      y[i][0] = rows[i][d];
    }
    return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
  }

  /** Returns one neuron without bias, mean square loss, plain gradient descent, in double. */
  static MultiLayerNetwork neuron(Activation activation, double rate, double[] start) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(rate))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(start.length)
                        .nOut(1)
                        .hasBias(false)
                        .activation(activation)
                        .build())
                .layer(
                    new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build())
                .build());
    net.init();
    net.getParam("0_W").assign(Nd4j.createFromArray(start).reshape(start.length, 1));
    return net;
  }

  /** Returns the flips of a unit of the first tracked layer, as step, kind and sample. */
  static List<String> flips(Run run, int ofUnit) {
    List<String> flips = new ArrayList<>();
    run.visit(
        new RecordVisitor() {
          private long step;

          @Override
          public void record(Record record) {
            step = record.step();
          }

          @Override
          public void flip(int layer, FlipKind kind, int unit, int sample) {
            if (layer == 0 && unit == ofUnit) {
              flips.add(step + " " + kind.id() + " " + sample);
            }
          }
        });
    return flips;
  }
}
