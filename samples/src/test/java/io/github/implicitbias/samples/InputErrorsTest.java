package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be used is answered with one sentence, exit code 2, and nothing half-written. */
class InputErrorsTest {

  @TempDir Path folder;

  private void refuses(String sentence, String... arguments) throws IOException {
    List<String> before = everything();
    Cli cli = Cli.run(arguments);
    assertEquals(2, cli.code, cli.err);
    assertEquals(1, cli.err.lines().count(), cli.err);
    assertTrue(cli.err.contains(sentence), () -> cli.err + " does not say: " + sentence);
    assertTrue(cli.err.strip().endsWith("."), cli.err);
    assertEquals("", cli.out);
    assertEquals(before, everything());
  }

  private List<String> everything() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(Path::toString).sorted().collect(Collectors.toList());
    }
  }

  private void refusesData(String content, String sentence, String... more) throws IOException {
    Path data = Files.writeString(folder.resolve("data.csv"), content);
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("csv", "--data", data.toString(), "--no-ui"));
    arguments.addAll(List.of("--out", folder.resolve("out").toString()));
    arguments.addAll(List.of(more));
    refuses(sentence, arguments.toArray(new String[0]));
  }

  @Test
  void unknownSample() throws IOException {
    refuses("There is no sample nonesuch", "nonesuch");
    refuses("Did you mean orthogonal-inputs?", "orthogonal-input");
    refuses("digits takes no argument orthogonal-inputs", "digits", "orthogonal-inputs");
  }

  @Test
  void unknownOption() throws IOException {
    refuses("There is no option --nonesuch", "existing-model", "--nonesuch");
    refuses("There is no option --nonesuch", "--nonesuch");
    refuses("Did you mean --steps", "digits", "--stpes", "3");
  }

  @Test
  void stepsAndEpochs() throws IOException {
    refuses("mutually exclusive", "existing-model", "--no-ui", "--steps", "1", "--epochs", "1");
  }

  @ParameterizedTest
  @CsvSource({
    "--steps, 0, give a number from 1",
    "--steps, x, 'x'",
    "--epochs, -1, give a number from 1",
    "--epochs, 99999999999, give a number from 1",
    "--learning-rate, 0, give a positive number",
    "--learning-rate, NaN, give a positive number",
    "--learning-rate, fast, 'fast' is not a number",
    "--port, 65536, give a number from 0",
    "--port, http, 'http'",
    "--seed, 1.5, '1.5' is not a whole number"
  })
  void badCommonOption(String option, String value, String sentence) throws IOException {
    refuses(sentence, "existing-model", "--no-ui", option, value);
  }

  @ParameterizedTest
  @CsvSource({
    "--model, three-layer, 'give neuron, two-layer or two-layer-fixed'",
    "--loss, hinge, 'give mse, half-mse or logistic'",
    "--activation, tanh, give relu",
    "--activation, leaky, give relu",
    "--activation, leaky:2, a slope from 0 to 1",
    "--activation, leaky:x, a slope from 0 to 1",
    "--width, 0, give at least 1",
    "--width, 2147483647, give a smaller --width",
    "--init-scale, -1, give a positive number",
    "--batch, 0, from 1 to 2",
    "--batch, 3, from 1 to 2",
    "--batch, some, from 1 to 2",
    "--data-type, half, give double or float",
    "--epochs, 2147483647, give fewer epochs"
  })
  void badCsvOption(String option, String value, String sentence) throws IOException {
    String[] more = option.equals("--epochs") ? new String[] {"--batch", "1"} : new String[0];
    List<String> all = new ArrayList<>(List.of(option, value));
    all.addAll(List.of(more));
    refusesData("x,y\n1,2\n3,4\n", sentence, all.toArray(new String[0]));
  }

  @Test
  void missingData() throws IOException {
    refuses("--data", "csv", "--no-ui");
    refuses("there is no such file", "csv", "--no-ui", "--data", folder + "/none.csv");
    refuses("is not a file", "csv", "--no-ui", "--data", folder.toString());
  }

  @Test
  void dataThatIsNotATable() throws IOException {
    refusesData("", "data.csv is empty");
    refusesData("x,y\n", "has a header but no rows");
    refusesData("1,2\n3,4\n", "line 1 holds numbers");
    refusesData("y\n1\n", "has one column");
    refusesData("x,y\n\"1,2\n", "is not CSV");
  }

  @Test
  void raggedRow_isNamedByItsLine() throws IOException {
    refusesData("x,y\n1,2\n\n3,4,5\n", "data.csv, line 4 has 3 fields where the header has 2");
    refusesData("x,y\r\n1\r\n", "data.csv, line 2 has 1 field where the header has 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "", "NaN", "Infinity", "1;2"})
  void entryThatIsNotANumber_isNamedByLineAndColumn(String entry) throws IOException {
    refusesData(
        "x,label y\n1,2\n3," + entry + "\n",
        "data.csv, line 3, column 2 (label y): '" + entry + "' is not a finite number");
  }

  @Test
  void dataThatIsNotText() throws IOException {
    Path data = folder.resolve("latin.csv");
    Files.write(data, "gr\u00f6\u00dfe,y\n1,2\n".getBytes(StandardCharsets.ISO_8859_1));
    refuses("latin.csv is not text in UTF-8", "csv", "--no-ui", "--data", data.toString());
  }

  @Test
  void logisticLabels() throws IOException {
    refusesData(
        "x,y\n1,1\n2,0\n",
        "line 3, column 2 (y): the label is 0.0, but --loss logistic needs -1 or 1",
        "--loss",
        "logistic");
  }

  @ParameterizedTest
  @CsvSource({
    "neuron, 'w0;1', has no column w1",
    "neuron, 'w0,w1;1,2;3,4', has 2 rows",
    "neuron, 'w0,w1,a;1,2,3', has a column a",
    "two-layer, 'w0,w1;1,2', has no column a",
    "two-layer, 'w0,w1,w2,a;1,2,3,4', the data has 2 features",
    "two-layer, 'w0,w1,a,a;1,2,3,4', once",
    "two-layer, 'w0,w1,a;1,2', line 2 has 2 fields",
    "two-layer, 'w0,w1,b,a;1,2,,4', 'line 2, column 3 (b)'",
    "two-layer-fixed, 'w0,w1;1,2', has no column a"
  })
  void initialParameters(String model, String content, String sentence) throws IOException {
    Path init = Files.writeString(folder.resolve("init.csv"), content.replace(';', '\n'));
    refusesData("x0,x1,y\n1,2,3\n", sentence, "--model", model, "--init", init.toString());
  }

  @Test
  void initialParametersAndWidthOrScale() throws IOException {
    Path init = Files.writeString(folder.resolve("init.csv"), "w0,a\n1,1\n");
    String file = init.toString();
    refusesData("x,y\n1,2\n", "has 1 rows", "--init", file, "--width", "2");
    refusesData("x,y\n1,2\n", "no effect with --init", "--init", file, "--init-scale", "2");
    refusesData("x,y\n1,2\n", "there is no such file", "--init", file + "x");
    refusesData("x,y\n1,2\n", "a single unit", "--model", "neuron", "--width", "2");
  }

  @Test
  void outThatCannotBeUsed() throws IOException {
    Path full = Files.createDirectory(folder.resolve("full"));
    Path file = Files.writeString(full.resolve("steps.csv"), "mine");
    refuses("is not empty", "existing-model", "--no-ui", "--out", full.toString());
    refuses("is not a folder", "existing-model", "--no-ui", "--out", file.toString());
    refuses("cannot be written", "existing-model", "--no-ui", "--out", file + "/below/it");
    assertEquals("mine", Files.readString(file));
  }

  @Test
  void busyPort() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      String out = folder.resolve("out").toString();
      refuses("Port " + port + " is in use", "existing-model", "--port", port, "--out", out);
    }
  }
}
