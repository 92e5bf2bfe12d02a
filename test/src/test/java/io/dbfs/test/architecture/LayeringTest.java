package io.dbfs.test.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the modules, and which of them may know which library. */
@AnalyzeClasses(packages = "io.dbfs", importOptions = ImportOption.DoNotIncludeTests.class)
final class LayeringTest {
    private static final String COMMON = "io.dbfs.common..";
    private static final String RAFT = "io.dbfs.raft..";
    private static final String SUPERNODE = "io.dbfs.supernode..";
    private static final String CLUSTER = "io.dbfs.cluster..";
    private static final String FUSE = "io.dbfs.fuse..";
    private static final String DAEMON = "io.dbfs.daemon..";

    @ArchTest
    static final ArchRule protoStandsAlone = noClasses()
            .that()
            .resideInAPackage("io.dbfs.proto..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(COMMON, RAFT, SUPERNODE, CLUSTER, FUSE, DAEMON);

    @ArchTest
    static final ArchRule commonKnowsProtoAlone = noClasses()
            .that()
            .resideInAPackage(COMMON)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(RAFT, SUPERNODE, CLUSTER, FUSE, DAEMON);

    @ArchTest
    static final ArchRule raftKnowsCommon = noClasses()
            .that()
            .resideInAPackage(RAFT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SUPERNODE, CLUSTER, FUSE, DAEMON);

    @ArchTest
    static final ArchRule supernodeKnowsRaft = noClasses()
            .that()
            .resideInAPackage(SUPERNODE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CLUSTER, FUSE, DAEMON);

    @ArchTest
    static final ArchRule clusterKnowsRaft = noClasses()
            .that()
            .resideInAPackage(CLUSTER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SUPERNODE, FUSE, DAEMON);

    @ArchTest
    static final ArchRule fuseMountKnowsCommon = noClasses()
            .that()
            .resideInAPackage(FUSE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(RAFT, SUPERNODE, CLUSTER, DAEMON);

    @ArchTest
    static final ArchRule onlyAllInOneHoldsServers = noClasses()
            .that()
            .resideInAPackage(DAEMON)
            .and()
            .resideOutsideOfPackage("io.dbfs.daemon.local..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(RAFT, SUPERNODE, CLUSTER);

    @ArchTest
    static final ArchRule onlyFuseMountKnowsJnr = noClasses()
            .that()
            .resideOutsideOfPackage(FUSE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jnr..", "ru.serce.jnrfuse..", "com.kenai.jffi..");

    @ArchTest
    static final ArchRule onePackageKnowsJRaft = noClasses()
            .that()
            .resideOutsideOfPackage("io.dbfs.raft.jraft..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.alipay.sofa..");

    @ArchTest
    static final ArchRule rocksDbIsBehindItsPort = noClasses()
            .that()
            .resideOutsideOfPackages("io.dbfs.raft.rocksdb..", "io.dbfs.raft.jraft..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.rocksdb..");

    @ArchTest
    static final ArchRule stateMachinesArePure = noClasses()
            .that()
            .resideInAnyPackage("io.dbfs.raft.runtime..", "io.dbfs.supernode.names..", "io.dbfs.cluster.contents..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "java.nio.file..", "java.net..", "java.util.concurrent.atomic..")
            .because("policy is pure, I/O is an adapter");

    @ArchTest
    static final ArchRule theKernelPortIsPure = classes()
            .that()
            .resideInAPackage("io.dbfs.fuse")
            .and()
            .haveSimpleName("FileSystem")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.dbfs.fuse", "io.dbfs.common", "java..", "org.jspecify..");
}
