import Foundation
import Testing

@testable import Clicks

/// Sessions of a real shop: 13 queries, what each search showed and what was clicked.
@Suite(.enabled(if: RealSessions.isThere, "needs shared/data/bestbuy-clicks"))
struct RealSessionTests {
    private static let queries = ["ipad", "dryer", "macbook", "nook"]
    private static let sessions = queries.map { (query: $0, pages: (try? RealSessions.read($0, most: 1600)) ?? []) }

    private static func table(_ isUsed: (Int) -> Bool) -> EvidenceTable {
        var log = ObservationLog()
        for (query, pages) in sessions {
            for (number, page) in pages.enumerated() where isUsed(number) {
                log.add(
                    query: NormalizedQuery(query),
                    id: QueryID("\(query) \(number)"),
                    time: noon,
                    visitor: Visitor(),
                    shown: page
                )
            }
        }
        return EvidenceTable(log, settings: EvidenceSettings(), now: noon)
    }

    private static let even = table { $0.isMultiple(of: 2) }
    private static let odd = table { !$0.isMultiple(of: 2) }

    @Test func `The rank curve falls`() throws {
        try #require(Self.sessions.allSatisfy { $0.pages.count > 1000 })
        let curve = Self.table { _ in true }.curve
        print("Curve: \(curve.values.prefix(20).map { ($0 * 1000).rounded() / 1000 })")
        // Single ranks far down scatter: some dozen clicks each.
        let means = [1...1, 2...3, 4...6, 7...10, 11...15, 16...20].map { ranks in
            ranks.reduce(0) { $0 + curve.examination(at: $1) } / Double(ranks.count)
        }
        for (high, low) in zip(means, means.dropFirst()) { #expect(high > low, "\(means)") }
    }

    @Test func `What one half of the sessions is sure of, the other half confirms`() {
        var confirmed = 0
        var sure = 0
        for query in Self.queries {
            let left = Self.even.evidence(for: NormalizedQuery(query)).products
            let right = Self.odd.evidence(for: NormalizedQuery(query))
            let pairs = left.compactMap { object, evidence in right[object].map { (evidence, $0) } }
            let agreement = rankCorrelation(pairs.map(\.0.rate), pairs.map(\.1.rate))
            print("\(query): \(pairs.count) products, rank correlation of the halves \(agreement)")
            #expect(pairs.count >= 10)
            for (better, confirmation) in pairs {
                for (worse, other) in pairs where better.interval.lowerBound > worse.interval.upperBound {
                    sure += 1
                    if confirmation.rate > other.rate { confirmed += 1 }
                }
            }
        }
        print("Orders one half is sure of: \(sure), confirmed \(confirmed)")
        #expect(sure > 200)
        #expect(Double(confirmed) / Double(sure) > 0.95)
    }

    @Test func `It foretells the clicks of the other half better than ranks or click rates alone`() {
        // Mean log-likelihood of what happened in the odd sessions.
        var likelihood = (ours: 0.0, ranks: 0.0, products: 0.0)
        let curve = Self.even.curve
        let byRank = zip(curve.clicks, curve.impressions).map { $1 > 0 ? $0 / $1 : 0.1 }
        for (query, pages) in Self.sessions {
            let evidence = Self.even.evidence(for: NormalizedQuery(query))
            var shown: [ObjectID: (clicks: Double, count: Double)] = [:]
            for (number, page) in pages.enumerated() where number.isMultiple(of: 2) {
                for place in page {
                    shown[place.object, default: (0, 0)].count += 1
                    if place.engagement > .none { shown[place.object, default: (0, 0)].clicks += 1 }
                }
            }
            for (number, page) in pages.enumerated() where !number.isMultiple(of: 2) {
                for place in page {
                    func add(_ chance: Double, _ sum: inout Double) {
                        let chance = min(max(chance, 0.0005), 0.9995)
                        sum += log(place.engagement > .none ? chance : 1 - chance)
                    }
                    let rate = evidence[place.object]?.rate ?? evidence.expectedRate
                    add(rate * curve.examination(at: place.position), &likelihood.ours)
                    add(byRank[RankCurve.bucket(of: place.position)], &likelihood.ranks)
                    let counts = shown[place.object] ?? (0, 0)
                    add((counts.clicks + 1) / (counts.count + 10), &likelihood.products)
                }
            }
        }
        print("Log-likelihood: \(likelihood)")
        #expect(likelihood.ours > likelihood.ranks)
        #expect(likelihood.ours > likelihood.products)
    }
}

/// Reads the sessions: rows of session, query, rank from 0, product, clicked.
enum RealSessions {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../../shared/data/bestbuy-clicks/sessions").standardizedFileURL
    static let isThere = FileManager.default.fileExists(atPath: folder.path)

    /// The first sessions of a query.
    static func read(_ query: String, most: Int) throws -> [[(object: ObjectID, position: Int, engagement: Engagement)]]
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", folder.appendingPathComponent("\(query)_sessions.gz").path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        var pages: [[(object: ObjectID, position: Int, engagement: Engagement)]] = []
        var current: Substring = ""
        for line in text.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",")
            guard fields.count == 5, let rank = Double(fields[2]) else { continue }
            if fields[0] != current {
                guard pages.count < most else { break }
                current = fields[0]
                pages.append([])
            }
            let engagement: Engagement = fields[4].hasPrefix("True") ? .click : .none
            pages[pages.count - 1].append((ObjectID(String(fields[3])), Int(rank) + 1, engagement))
        }
        return pages
    }
}
