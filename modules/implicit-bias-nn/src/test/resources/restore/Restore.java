import java.io.File;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Restores the models in a folder, as a user's program that names no class but DL4J's would: writes
 * what each answers, trains it for three steps, and writes where that has led.
 */
public final class Restore {

  private Restore() {}

  public static void main(String[] args) throws Exception {
    File folder = new File(args[0]);
    File[] models = folder.listFiles((where, name) -> name.endsWith(".zip"));
    Arrays.sort(models);
    try (PrintWriter out = new PrintWriter(new File(folder, "restored.txt"), "UTF-8")) {
      for (File model : models) {
        String name = model.getName().replace(".zip", "");
        INDArray x = Nd4j.readBinary(new File(folder, name + ".x"));
        INDArray y = Nd4j.readBinary(new File(folder, name + ".y"));
        out.println(name + " " + answer(model, x, y));
      }
    }
  }

  private static String answer(File model, INDArray x, INDArray y) throws Exception {
    if (model.getName().startsWith("graph")) {
      ComputationGraph graph = ModelSerializer.restoreComputationGraph(model, true);
      String before = hex(graph.outputSingle(x));
      for (int i = 0; i < 3; i++) {
        graph.fit(new DataSet(x, y));
      }
      return before + " " + hash(graph.params());
    }
    MultiLayerNetwork net = ModelSerializer.restoreMultiLayerNetwork(model, true);
    String before = hex(net.output(x));
    for (int i = 0; i < 3; i++) {
      net.fit(x, y);
    }
    return before + " " + hash(net.params());
  }

  private static String hex(INDArray array) {
    StringBuilder hex = new StringBuilder();
    for (double value : array.dup('c').data().asDouble()) {
      hex.append(hex.length() == 0 ? "" : ",").append(Double.toHexString(value));
    }
    return hex.toString();
  }

  private static String hash(INDArray array) throws Exception {
    double[] values = array.dup('c').data().asDouble();
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length);
    for (double value : values) {
      bytes.putDouble(value);
    }
    StringBuilder hash = new StringBuilder();
    for (byte b : MessageDigest.getInstance("SHA-256").digest(bytes.array())) {
      hash.append(String.format("%02x", b));
    }
    return hash.toString();
  }
}
