package io.github.implicitbias.samples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.implicitbias.core.metric.Metric;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Who may use whom: core from nn, core from listener from ui from samples. */
class ArchitectureTest {

  private static final String CORE = "io.github.implicitbias.core..";
  private static final String NN = "io.github.implicitbias.nn..";
  private static final String LISTENER = "io.github.implicitbias.listener..";
  private static final String UI = "io.github.implicitbias.ui..";
  private static final String SAMPLES = "io.github.implicitbias.samples..";

  private static JavaClasses ours;

  @BeforeAll
  static void read() {
    ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.implicitbias");
    for (String part : new String[] {CORE, NN, LISTENER, UI, SAMPLES}) {
      assertFalse(ours.that(resideInAPackage(part)).isEmpty(), part + " was read");
    }
  }

  @Test
  void core_usesNoOtherPart_andNoDl4j() {
    noClasses()
        .that()
        .resideInAPackage(CORE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            NN, LISTENER, UI, SAMPLES, "org.deeplearning4j..", "org.nd4j..", "org.bytedeco..")
        .check(ours);
  }

  @Test
  void nn_usesOnlyCore() {
    noClasses()
        .that()
        .resideInAPackage(NN)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(LISTENER, UI, SAMPLES)
        .check(ours);
  }

  @Test
  void listener_usesOnlyCore() {
    noClasses()
        .that()
        .resideInAPackage(LISTENER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(NN, UI, SAMPLES)
        .check(ours);
  }

  @Test
  void ui_usesOnlyCoreAndListener() {
    noClasses()
        .that()
        .resideInAPackage(UI)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(NN, SAMPLES)
        .check(ours);
  }

  @Test
  void onlyUi_knowsVertx() {
    noClasses()
        .that()
        .resideOutsideOfPackage(UI)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.netty..", "org.deeplearning4j.ui.api..")
        .check(ours);
  }

  @Test
  void samples_haveNoLossLayerInitializerOrMetricOfTheirOwn() {
    DescribedPredicate<JavaClass> piece =
        assignableTo(ILossFunction.class)
            .or(assignableTo(IActivation.class))
            .or(assignableTo(IWeightInit.class))
            .or(assignableTo(IUpdater.class))
            .or(assignableTo(Metric.class))
            .or(assignableTo(org.deeplearning4j.nn.conf.layers.Layer.class))
            .or(assignableTo(org.deeplearning4j.nn.api.Layer.class))
            .as("a piece of a network, or a metric");
    classes().that(piece).should().resideOutsideOfPackage(SAMPLES).check(ours);
  }

  @Test
  void nothing_isOutsideTheKnownParts() {
    classes().should().resideInAnyPackage(CORE, NN, LISTENER, UI, SAMPLES).check(ours);
  }
}
