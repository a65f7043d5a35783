// swift-tools-version: 6.1
import PackageDescription

/// Strict language features every Swift target is built with.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// For the targets whose loops run once a field of every product: the run-time half of Swift's exclusivity checks, a
/// twentieth of a build's time, is left to the debug builds that tests run in.
let hot: [SwiftSetting] =
    strict + [
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
    ]

/// For targets whose tests repeat their work thousands of times: optimized in every configuration.
let optimized: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// C targets: warnings on, optimized in every configuration (an unoptimized analyzer makes debug tests crawl).
let cSettings: [CSetting] = [
    .unsafeFlags(["-O2", "-Wall", "-Wextra", "-Wno-unused-parameter"])
]

let package = Package(
    name: "aisle",
    products: [
        .executable(name: "aisle", targets: ["aisle"])
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: ["FullFoundation"]),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // What is a product, where does it lie on disk, how is its text analyzed?
        .target(
            name: "CAnalyzer",
            cSettings: cSettings,
            linkerSettings: [
                .linkedLibrary("icuuc"), .linkedLibrary("icui18n"), .linkedLibrary("stemmer"),
                .linkedLibrary("sqlite3"),
            ]
        ),
        .target(
            name: "Catalog",
            dependencies: [
                "CAnalyzer", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: hot
        ),

        // How does somebody's dump become an index?
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CPostings", dependencies: ["CAnalyzer"], cSettings: cSettings),
        .target(name: "Indexer", dependencies: ["Catalog", "CPostings", "CZlib"], swiftSettings: hot),

        // Which products could match?
        .target(name: "CScorer", cSettings: cSettings),
        .target(name: "Retriever", dependencies: ["Catalog", "CScorer"], swiftSettings: strict),

        // How relevant is this document to this query?
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CDigest", cSettings: cSettings),
        .target(name: "CKernels", cSettings: cSettings),
        .target(name: "CTokenizer", cSettings: cSettings),
        .target(
            name: "Reranker",
            dependencies: [
                "CKernels", "CTokenizer", "CDigest", "CCurl", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            // The small model that `--model bundled` opens; found beside the program, see BundledModel.
            resources: [.copy("Bundled")],
            swiftSettings: strict
        ),

        // What did shoppers do, and what does it say?
        .target(
            name: "Clicks",
            dependencies: ["Statistics", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict
        ),

        // In what order does the shopper see them?
        .target(
            name: "Ranking",
            dependencies: ["Catalog", "Retriever", "Reranker", "Clicks"],
            swiftSettings: strict
        ),

        // How do a shop's pages and programs ask?
        .target(
            name: "SearchServer",
            dependencies: [
                "Catalog", "Indexer", "Retriever", "Reranker", "Clicks", "Ranking",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            // The page is part of the program: one file to copy, nothing to find at run time.
            resources: [.embedInCode("Page/Web")],
            swiftSettings: strict
        ),

        // How good is it?
        .target(name: "Eval", dependencies: ["Statistics"], path: "Eval/Sources", swiftSettings: optimized),
        // Distributions and seeded random numbers: of the measurements, and of click evidence.
        .target(name: "Statistics", path: "Eval/Statistics", swiftSettings: optimized),

        // Which rows of two lists are the same product?
        .target(
            name: "Alignment",
            dependencies: [
                "Catalog", "Indexer", "Retriever", "Reranker", "Ranking", "Eval", "Statistics",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: optimized
        ),

        // The command line; the only place that sees everything.
        .executableTarget(
            name: "aisle",
            dependencies: [
                "Catalog", "Indexer", "Retriever", "Reranker", "Clicks", "Ranking", "SearchServer", "Eval", "Alignment",
                "Statistics", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),

        // The sample catalogue that ships, and how it is made.
        .executableTarget(
            name: "sample-catalogue",
            path: "Corpus/Generator",
            swiftSettings: optimized
        ),

        .testTarget(name: "CatalogTests", dependencies: ["Catalog", "CAnalyzer", "Statistics"], swiftSettings: strict),
        .testTarget(name: "IndexerTests", dependencies: ["Indexer", "Catalog", "Statistics"], swiftSettings: strict),
        .testTarget(
            name: "RetrieverTests",
            dependencies: ["Retriever", "Indexer", "Catalog", "CScorer", "Statistics"],
            swiftSettings: strict
        ),

        .testTarget(
            name: "RerankerTests",
            dependencies: [
                "Reranker", "CKernels", "CTokenizer", "CDigest", "Statistics",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),

        .testTarget(
            name: "ClicksTests",
            dependencies: ["Clicks", "Statistics", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict
        ),

        .testTarget(
            name: "RankingTests",
            dependencies: ["Ranking", "Catalog", "Indexer", "Retriever", "Reranker", "Clicks", "Statistics"],
            swiftSettings: strict
        ),

        .testTarget(
            name: "SearchServerTests",
            dependencies: [
                "SearchServer", "Catalog", "Indexer", "Retriever", "Reranker", "Clicks", "Ranking",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),

        .testTarget(
            name: "EvalTests",
            dependencies: ["Eval", "Statistics"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),

        .testTarget(
            name: "AlignmentTests",
            dependencies: ["Alignment", "Catalog", "Indexer", "Reranker", "Statistics"],
            swiftSettings: strict
        ),

        // These run the executables, which lie beside the tests once everything is built.
        .testTarget(name: "CorpusTests", swiftSettings: strict),
        .testTarget(name: "CommandLineTests", dependencies: ["Statistics"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11
)
