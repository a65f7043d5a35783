internal import Foundation

/// The impressions that count: one outcome a shopper, query and product, and bounds on what one source can say.
///
/// A shopper's impressions of a product count until the first click, which ends them: clicks divided by such
/// impressions estimate the click rate without bias, however often the shopper came back. A later, further engagement
/// only adds its weight.
struct CountedImpressions: Sendable {
    /// One impression, or the later engagement that adds to one.
    struct Sample: Sendable {
        var pair: Int32
        var client: Int32
        var shopper: Int32
        /// Decay by age, 0 to 1.
        var age: Float
        var bucket: UInt8
        var engagement: Engagement
        /// How far it went before; `.none` but for later engagements, which are no impression.
        var before: Engagement
        /// Whether the shopper had not searched for this query before.
        var isFirstVisit: Bool
    }

    /// A query and a product shown for it.
    struct Pair: Hashable, Sendable {
        var query: Int32
        var object: Int32
    }

    private(set) var samples: [Sample] = []
    private(set) var pairs: [Pair] = []

    /// Counts what is in a log.
    init(_ log: ObservationLog, settings: EvidenceSettings, now: EventTime) {
        var numbers = Interned<Pair>()
        var visits: [Pair: Int] = [:]
        // Keyed by shopper, or client, and pair.
        var outcomes: [Pair: Engagement] = [:]
        var clientClicks: [Pair: Int] = [:]
        samples.reserveCapacity(log.places.count)
        let order = log.pages.indices.sorted { (log.pages[$0].time, $0) < (log.pages[$1].time, $1) }
        for index in order {
            let page = log.pages[index]
            let visit = Pair(query: page.query, object: page.shopper)
            let count = visits[visit, default: 0] + 1
            visits[visit] = count
            guard count <= settings.mostSearches else { continue }
            let age = Float(Self.decay(page.time, settings, now))
            for place in log.places(of: index) {
                let pair = numbers.number(Pair(query: page.query, object: place.object))
                let outcome = Pair(query: page.shopper, object: pair)
                let before = outcomes[outcome] ?? .none
                guard before == .none || place.engagement > before else { continue }
                if place.engagement > .none {
                    if before == .none, page.client != page.shopper {
                        let clicks = clientClicks[Pair(query: page.client, object: pair), default: 0] + 1
                        clientClicks[Pair(query: page.client, object: pair)] = clicks
                        guard clicks <= settings.mostClicksFromClient else { continue }
                    }
                    outcomes[outcome] = place.engagement
                }
                samples.append(
                    Sample(
                        pair: pair,
                        client: page.client,
                        shopper: page.shopper,
                        age: age,
                        bucket: place.bucket,
                        engagement: place.engagement,
                        before: before,
                        isFirstVisit: count == 1
                    )
                )
            }
        }
        pairs = numbers.values
    }

    /// Half for each half-life; 1 for what lies in the future.
    private static func decay(_ time: EventTime, _ settings: EvidenceSettings, _ now: EventTime) -> Double {
        let days = max(time.days(to: now), 0)
        return exp2(-days / max(settings.halfLifeDays, 1e-6))
    }
}
