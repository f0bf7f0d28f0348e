package io.github.implicitbias.nn.init;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.shade.jackson.annotation.JsonSubTypes;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/**
 * Sets the start of a whole network, where the weights of one layer depend on those of another.
 *
 * <p>A weight initializer of Deeplearning4j sees one layer at a time; these are applied once, after
 * {@code net.init()} and before {@code fit}. They write the parameters in place, rounded to the
 * data type of the network. A network that does not fit is refused before anything is written, with
 * a sentence that names the layer and the reason.
 *
 * <p>They are no part of the configuration of the network: keep them beside it as JSON or YAML.
 * What is read back is equal to what was written. Reading names classes of this package and of
 * Deeplearning4j's weight initializers only, so that text from elsewhere loads no others.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = AllActive.class, name = "AllActive"),
  @JsonSubTypes.Type(value = Balanced.class, name = "Balanced"),
  @JsonSubTypes.Type(value = Dominated.class, name = "Dominated"),
  @JsonSubTypes.Type(value = FixedSigns.class, name = "FixedSigns"),
  @JsonSubTypes.Type(value = ScaledParameters.class, name = "ScaledParameters"),
  @JsonSubTypes.Type(value = SphereStart.class, name = "SphereStart"),
  @JsonSubTypes.Type(value = TeacherStudent.class, name = "TeacherStudent"),
  @JsonSubTypes.Type(value = Unbalanced.class, name = "Unbalanced"),
  @JsonSubTypes.Type(value = ZeroOutput.class, name = "ZeroOutput")
})
public interface NetworkInitializer {

  /**
   * Sets the parameters of a network.
   *
   * @throws IllegalStateException if {@code net.init()} was not called
   * @throws IllegalArgumentException if the network does not fit
   */
  void apply(MultiLayerNetwork net);

  /**
   * Sets the parameters of a network, whose layers must form one chain unless the initializer says
   * otherwise.
   *
   * @throws IllegalStateException if {@code net.init()} was not called
   * @throws IllegalArgumentException if the network does not fit
   */
  void apply(ComputationGraph net);

  /** Returns the initializer as JSON. */
  String toJson();

  /** Returns the initializer as YAML. */
  String toYaml();

  /**
   * Reads what {@link #toJson} has written.
   *
   * @throws IllegalArgumentException if the text is not an initializer of this package
   */
  static NetworkInitializer fromJson(String json) {
    return InitializerText.JSON.read(json);
  }

  /**
   * Reads what {@link #toYaml} has written.
   *
   * @throws IllegalArgumentException if the text is not an initializer of this package
   */
  static NetworkInitializer fromYaml(String yaml) {
    return InitializerText.YAML.read(yaml);
  }
}
